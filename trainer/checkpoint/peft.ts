/**
 * LoRA adapters in PEFT's layout: adapter_config.json and adapter_model.safetensors, whose names begin with `base_model.model.`.
 * PEFT loads what is written here on top of the base model, and what PEFT writes is read here as far as it is plain LoRA.
 *
 * Where the base is: `base_model_name_or_path` is absolute, as PEFT needs it. Beside it stands the way from this folder to the base
 * (`heed_base_model` in the config.json that Heed adds), which is tried first, so that a data folder may be moved as a whole.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { HeedError } from '@/lib/errors';
import type { ModelConfig } from '../model/config';
import { adapterShapes, targetNames, type LoraConfig } from '../model/lora';
import type { FloatArray } from '../runtime/nd-array';
import { asDiskError } from './disk';
import { assertFinite } from './finite';
import { readFolderConfig, readModelHeader, writeConfigFiles, type Head } from './huggingface';
import { readSafetensors, writeSafetensors } from './safetensors';

export type AdapterFolder = {
  baseFolder: string;
  /** The folder whose config.json and tokenizer go with the adapter: its own, or the base's. */
  configFolder: string;
  head: Head;
  lora: LoraConfig;
  /** Adapters under the names of `adapterShapes`, and the head `score.weight` where it was trained. */
  tensors: Record<string, FloatArray>;
};

const PREFIX = 'base_model.model.';
const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';

export const isAdapterFolder = (folder: string): boolean => existsSync(join(folder, CONFIG));

const off = (name: string) => z.custom((value) => isOff(value), { error: `${name} is not supported` }).optional();
const isOff = (value: unknown): boolean =>
  value == null || value === false || (typeof value === 'object' && Object.keys(value).length === 0);

const schema = z.looseObject({
  peft_type: z.literal('LORA', { error: 'only LORA is supported' }),
  task_type: z.string().nullish(),
  base_model_name_or_path: z.string().min(1),
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  target_modules: z.union([z.string(), z.array(z.string())]),
  bias: z.literal('none', { error: 'trained biases are not supported' }).default('none'),
  ...Object.fromEntries(
    ['use_dora', 'use_rslora', 'use_qalora', 'lora_bias', 'rank_pattern', 'alpha_pattern', 'layer_replication', 'target_parameters'].map(
      (name) => [name, off(name)],
    ),
  ),
  trainable_token_indices: off('trainable_token_indices'),
  alora_invocation_tokens: off('alora_invocation_tokens'),
});

/** Throws HeedError: not_found where the base model is gone, invalid for what is not plain LoRA or does not fit the base. */
export async function readAdapterFolder(folder: string): Promise<AdapterFolder> {
  const parsed = schema.safeParse(await readConfig(folder));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new HeedError('invalid', `${join(folder, CONFIG)}: ${issue.path.join('.')}: ${issue.message}.`, { cause: parsed.error });
  }
  const { r, lora_alpha: alpha, target_modules: targets, task_type: task, base_model_name_or_path: named } = parsed.data;
  const isPartial = typeof targets === 'string' || !isOff(parsed.data.layers_to_transform) || !isOff(parsed.data.exclude_modules);
  const own = existsSync(join(folder, 'config.json'));
  const ownConfig = own ? await readFolderConfig(folder) : null;
  const baseFolder = await findBase(folder, named, ownConfig?.configJson.heed_base_model);
  const { config } = await readFolderConfig(baseFolder);
  const tensors = Object.fromEntries(
    Object.entries((await readSafetensors(join(folder, WEIGHTS))).tensors).map(([name, tensor]) => [
      name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name,
      tensor,
    ]),
  );
  // Patterns and exceptions say less than the layers that are there.
  const adapted = Object.keys(tensors).flatMap((name) => (name.endsWith('.lora_A.weight') ? [name.slice(0, -14)] : []));
  const lora = { r, alpha, targetModules: isPartial ? adapted : (targets as string[]) };
  const head = ownConfig?.head ?? (task === 'SEQ_CLS' ? 'scalar' : 'language');
  checkAdapter(folder, config, lora, head, tensors);
  assertFinite(tensors, folder, 'The adapter is damaged: go back to an earlier checkpoint.');
  return { baseFolder, configFolder: own ? folder : baseFolder, head, lora, tensors };
}

/** `readModelHeader` for folders of either kind; of an adapter, configuration and number of parameters are its base's. */
export async function readHeader(folder: string): Promise<{ config: ModelConfig; head: Head; parameters: number; configFolder: string }> {
  if (!isAdapterFolder(folder)) return { ...(await readModelHeader(folder)), configFolder: folder };
  const { baseFolder, configFolder, head } = await readAdapterFolder(folder);
  return { ...(await readModelHeader(baseFolder)), head, configFolder };
}

/** Writes a complete folder; config.json, generation settings and tokenizer come from `parentFolder`. */
export async function writeAdapterFolder(
  folder: string,
  options: {
    parentFolder: string;
    baseFolder: string;
    head: Head;
    lora: LoraConfig;
    tensors: Record<string, FloatArray>;
    extraConfig?: Record<string, unknown>;
  },
): Promise<void> {
  const { parentFolder, baseFolder, head, lora, tensors, extraConfig } = options;
  const { config } = await readFolderConfig(baseFolder);
  checkAdapter(folder, config, lora, head, tensors);
  assertFinite(tensors, folder, 'It is not written.');
  const adapterConfig = {
    peft_type: 'LORA',
    task_type: head === 'scalar' ? 'SEQ_CLS' : 'CAUSAL_LM',
    base_model_name_or_path: resolve(baseFolder),
    r: lora.r,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    target_modules: targetNames(config, lora),
    fan_in_fan_out: config.architecture === 'gpt2',
    bias: 'none',
    modules_to_save: head === 'scalar' ? ['score'] : null,
    init_lora_weights: true,
    inference_mode: true,
  };
  await writeConfigFiles(folder, { parentFolder, head, extraConfig: { ...extraConfig, heed_base_model: relative(folder, baseFolder) } });
  try {
    const named = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${PREFIX}${name}`, tensor]));
    await writeSafetensors(join(folder, WEIGHTS), named, { dtype: 'F32', metadata: { format: 'pt' } });
    await writeFile(join(folder, CONFIG), `${JSON.stringify(adapterConfig, null, 2)}\n`);
  } catch (cause) {
    throw asDiskError(cause, folder);
  }
}

async function readConfig(folder: string): Promise<unknown> {
  const text = await readFile(join(folder, CONFIG), 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HeedError('invalid', `${join(folder, CONFIG)} is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

async function findBase(folder: string, named: string, way: unknown): Promise<string> {
  const candidates = [
    ...(typeof way === 'string' ? [resolve(folder, way)] : []),
    ...(isAbsolute(named) ? [named] : [resolve(folder, named), resolve(named)]),
  ];
  for (const candidate of candidates) if (existsSync(join(candidate, 'config.json'))) return candidate;
  throw new HeedError(
    'not_found',
    `The adapter in ${folder} belongs to the model ${named}, which is not there. Put it back, or name its folder as base_model_name_or_path in ${CONFIG}.`,
  );
}

function checkAdapter(folder: string, config: ModelConfig, lora: LoraConfig, head: Head, tensors: Record<string, FloatArray>): void {
  const expected: Record<string, number[]> = {
    ...adapterShapes(config, lora),
    ...(head === 'scalar' ? { 'score.weight': [1, config.hiddenSize] } : {}),
  };
  const problems = [
    ...Object.entries(expected).flatMap(([name, shape]) => {
      const found = tensors[name]?.shape;
      if (!found) return [`${name} is missing`];
      return String(found) === String(shape) ? [] : [`${name} has shape [${found}], should have [${shape}]`];
    }),
    ...Object.keys(tensors).flatMap((name) => (name in expected ? [] : [`${name} belongs to no adapted layer`])),
  ];
  if (problems.length > 0)
    throw new HeedError('invalid', `The adapter in ${folder} does not fit its base model: ${problems.slice(0, 3).join('; ')}.`, {
      details: { problems },
    });
}
