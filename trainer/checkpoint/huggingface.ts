/**
 * A model as a Hugging Face folder: config.json, generation_config.json, model.safetensors (or shards with their index) and
 * the tokenizer's files. What is written here loads in `transformers`, and what `transformers` writes is read here.
 * Invariant: a model that was read has exactly the tensors of its architecture, each of its shape.
 */
import { access, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HeedError } from '@/lib/errors';
import { loadTokenizer } from '../data/tokenizer';
import { type ModelConfig, parseModelConfig } from '../model/config';
import { parameterShapes } from '../model/parameter-shapes';
import type { FloatArray } from '../runtime/nd-array';
import { asDiskError } from './disk';
import { assertFinite } from './finite';
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from './safetensors';
import { tensorFiles } from './shards';

/** `scalar`: a reward model or critic (…ForSequenceClassification with one label). */
export type Head = 'language' | 'scalar';
export type FolderConfig = { config: ModelConfig; head: Head; configJson: Record<string, unknown> };
export type ModelFolder = FolderConfig & { tensors: Record<string, FloatArray> };

const architectures: Record<ModelConfig['architecture'], Record<Head, string>> = {
  llama: { language: 'LlamaForCausalLM', scalar: 'LlamaForSequenceClassification' },
  qwen2: { language: 'Qwen2ForCausalLM', scalar: 'Qwen2ForSequenceClassification' },
  gpt2: { language: 'GPT2LMHeadModel', scalar: 'GPT2ForSequenceClassification' },
};
const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'chat_template.jinja', 'tokenizer.model'];

/** Throws HeedError: not_found where the folder is absent, invalid where config.json or the tensors do not fit. */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const folderConfig = await readFolderConfig(folder);
  const tensors: Record<string, FloatArray> = {};
  for (const file of await tensorFiles(folder)) {
    for (const [written, tensor] of Object.entries((await readSafetensors(join(folder, file))).tensors)) {
      const name = parameterName(written, folderConfig.config);
      if (name !== null) tensors[name] = tensor;
    }
  }
  checkTensors(folder, folderConfig, shapesOf(tensors));
  assertFinite(tensors, folder, 'The model is damaged: download it again, or go back to an earlier checkpoint.');
  return { ...folderConfig, tensors };
}

/** Everything that `readModelFolder` checks, from the files' headers alone. */
export async function readModelHeader(folder: string): Promise<FolderConfig & { parameters: number }> {
  const folderConfig = await readFolderConfig(folder);
  const shapes: Record<string, number[]> = {};
  for (const file of await tensorFiles(folder)) {
    for (const { name: written, shape } of (await readSafetensorsHeader(join(folder, file))).entries) {
      const name = parameterName(written, folderConfig.config);
      if (name !== null) shapes[name] = shape;
    }
  }
  checkTensors(folder, folderConfig, shapes);
  const expected = Object.values(parameterShapes(folderConfig.config, folderConfig.head));
  return { ...folderConfig, parameters: expected.reduce((total, shape) => total + shape.reduce((a, b) => a * b, 1), 0) };
}

/**
 * Writes a complete folder; `parentFolder` gives config.json, generation settings and tokenizer, `extraConfig` is laid over
 * config.json. Hugging Face's reward models need a pad token: the tokenizer's.
 */
export async function writeModelFolder(
  folder: string,
  options: {
    parentFolder: string;
    head: Head;
    tensors: Record<string, FloatArray>;
    extraConfig?: Record<string, unknown>;
    dtype?: 'F32' | 'F16';
  },
): Promise<void> {
  const { parentFolder, head, tensors, dtype = 'F32' } = options;
  const { config } = await readFolderConfig(parentFolder);
  checkTensors(folder, { config, head }, shapesOf(tensors));
  assertFinite(tensors, folder, 'It is not written.');
  await writeConfigFiles(folder, options);
  try {
    await writeSafetensors(join(folder, 'model.safetensors'), tensors, { dtype, metadata: { format: 'pt' } });
  } catch (cause) {
    throw asDiskError(cause, folder);
  }
}

type ConfigFiles = { parentFolder: string; head: Head; extraConfig?: Record<string, unknown>; dtype?: 'F32' | 'F16' };

/** All of a folder but its weights. */
export async function writeConfigFiles(
  folder: string,
  { parentFolder, head, extraConfig = {}, dtype = 'F32' }: ConfigFiles,
): Promise<void> {
  const { configJson, config } = await readFolderConfig(parentFolder);
  const { num_labels: _labels, id2label: _names, label2id: _ids, dtype: _type, heed_base_model: _base, ...inherited } = configJson;
  const written = {
    ...inherited,
    architectures: [architectures[config.architecture][head]],
    torch_dtype: dtype === 'F16' ? 'float16' : 'float32',
    ...(head === 'scalar'
      ? { num_labels: 1, id2label: { 0: 'reward' }, label2id: { reward: 0 }, pad_token_id: (await loadTokenizer(parentFolder)).padId }
      : {}),
    ...extraConfig,
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config.json'), `${JSON.stringify(written, null, 2)}\n`);
    await copyOrMake(parentFolder, folder, 'generation_config.json', {
      bos_token_id: config.bosTokenId,
      eos_token_id: config.eosTokenIds.length === 1 ? config.eosTokenIds[0] : config.eosTokenIds,
      pad_token_id: config.padTokenId,
    });
    for (const name of tokenizerFiles) await copyOrMake(parentFolder, folder, name, null);
  } catch (cause) {
    throw asDiskError(cause, folder);
  }
}

async function copyOrMake(from: string, to: string, name: string, fallback: Record<string, unknown> | null): Promise<void> {
  try {
    if (resolve(from) === resolve(to)) await access(join(to, name));
    else await copyFile(join(from, name), join(to, name));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    if (fallback) await writeFile(join(to, name), `${JSON.stringify(fallback, null, 2)}\n`);
  }
}

/** config.json with what it says. Throws HeedError: not_found where there is none, invalid for what is not supported. */
export async function readFolderConfig(folder: string): Promise<FolderConfig> {
  const configJson = await readJson(folder, 'config.json');
  if (!configJson) throw new HeedError('not_found', `${folder} is not a model folder: it has no config.json.`);
  const config = parseModelConfig(configJson, (await readJson(folder, 'generation_config.json')) ?? {});
  const heads = architectures[config.architecture];
  const named = z.array(z.string()).catch([]).parse(configJson.architectures)[0] ?? heads.language;
  const head = (Object.keys(heads) as Head[]).find((candidate) => heads[candidate] === named);
  if (!head)
    throw new HeedError(
      'invalid',
      `Unknown architecture ${named} in ${folder}/config.json. Supported for ${config.architecture}: ${Object.values(heads).join(', ')}.`,
    );
  return { config, head, configJson };
}

async function readJson(folder: string, name: string): Promise<Record<string, unknown> | null> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (cause instanceof SyntaxError || cause instanceof z.ZodError)
      throw new HeedError('invalid', `${join(folder, name)} is not a JSON object.`, { cause });
    throw new HeedError('unavailable', `${join(folder, name)} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

const shapesOf = (tensors: Record<string, FloatArray>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));

/**
 * The parameter's own name: GPT-2 checkpoints leave out the prefix `transformer.` or write it. Null for tensors that say nothing
 * which config.json does not say: rotary frequencies and GPT-2's mask buffers of older exports, a tied head.
 */
function parameterName(written: string, config: ModelConfig): string | null {
  if (written.endsWith('.rotary_emb.inv_freq') || (written === 'lm_head.weight' && config.tieWordEmbeddings)) return null;
  if (config.architecture !== 'gpt2') return written;
  if (/^(transformer\.)?h\.\d+\.attn\.(bias|masked_bias)$/.test(written)) return null;
  return /^(h|ln_f|wpe|wte)\./.test(written) ? `transformer.${written}` : written;
}

/** Throws HeedError(invalid) naming the first tensors that are missing, unknown or of another shape. */
function checkTensors(
  folder: string,
  { config, head }: Pick<FolderConfig, 'config' | 'head'>,
  shapes: Record<string, readonly number[]>,
): void {
  const expected = parameterShapes(config, head);
  const problems = [
    ...Object.keys(expected).flatMap((name) => (name in shapes ? [] : [`${name} [${expected[name]}] is missing`])),
    ...Object.entries(expected).flatMap(([name, shape]) =>
      name in shapes && String(shapes[name]) !== String(shape)
        ? [`${name} has shape [${shapes[name]}], config.json asks for [${shape}]`]
        : [],
    ),
    ...Object.keys(shapes).flatMap((name) =>
      name in expected ? [] : [`${name} [${shapes[name]}] does not belong to ${architectures[config.architecture][head]}`],
    ),
  ];
  if (problems.length > 0) {
    const more = problems.length > 3 ? ` (and ${problems.length - 3} more)` : '';
    throw new HeedError('invalid', `The tensors in ${folder} do not fit its config.json: ${problems.slice(0, 3).join('; ')}${more}.`, {
      details: { problems },
    });
  }
}
