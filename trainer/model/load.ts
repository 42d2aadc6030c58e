/**
 * A model as a job uses it: configuration, tokenizer, one flat vector of what is trained and, under an adapter, the frozen weights
 * by name; and back into a folder. Invariant: frozen weights are shared by all models on the same base, and never written to.
 */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { HeedError } from '@/lib/errors';
import { refusal } from '@/lib/refusals';
import { readModelFolder, writeModelFolder, type ModelFolder } from '../checkpoint/huggingface';
import { isAdapterFolder, readAdapterFolder, writeAdapterFolder } from '../checkpoint/peft';
import { writeFolder } from '../checkpoint/store';
import { assertVocabularyFits, loadTokenizer, type Tokenizer } from '../data/tokenizer';
import { createRng } from '@/lib/rng';
import { float32, type FloatArray } from '../runtime/nd-array';
import { sharedModelFolder } from './base-weights';
import type { ModelConfig } from './config';
import { adapterShapes, initialAdapter, mergeAdapter, targetsOf, type LoraConfig } from './lora';
import { parameterShapes } from './parameter-shapes';
import { layoutOf, pack, shapesOf, unpack, type Layout, type ParameterArrays } from './parameters';

type Head = 'language' | 'scalar';

export type Model = {
  /** Where config.json and tokenizer come from. */
  folder: string;
  head: Head;
  config: ModelConfig;
  tokenizer: Tokenizer;
  /** Of what is trained: all parameters, or adapters and scalar head. */
  layout: Layout;
  params: FloatArray;
  /** What is not trained, by name; empty without an adapter. */
  frozen: ParameterArrays;
  /** Keeps the shared base alive; null without an adapter. `isLasting`: the base is no checkpoint that may be deleted. */
  base: { folder: string; weights: ModelFolder; isLasting: boolean } | null;
  /** The token that training appends to a response; sampling ends at any of the model's end tokens. */
  endId: number;
};

/** All parameters by name, as programs that do not train take them. */
export const parametersOf = (model: Pick<Model, 'layout' | 'frozen'>, params: FloatArray): ParameterArrays => ({
  ...model.frozen,
  ...unpack(model.layout, params),
});

/** Trained or not. */
export const numParameters = (model: Pick<Model, 'layout' | 'frozen'>): number =>
  model.layout.total + Object.values(model.frozen).reduce((sum, { data }) => sum + data.length, 0);

/** With all parameters in one vector; an adapter (a PEFT folder) is merged into a copy of its base. */
export const loadModel = (folder: string, head: Head): Promise<Model> => named(folder, () => readModel(folder, head));

async function readModel(folder: string, head: Head): Promise<Model> {
  if (!isAdapterFolder(folder)) {
    const { config, tensors } = await readModelFolder(folder);
    return whole(folder, head, config, tensors);
  }
  const { baseFolder, configFolder, lora, tensors } = await readAdapterFolder(folder);
  const base = await sharedModelFolder(baseFolder);
  return whole(configFolder, head, base.config, { ...mergeAdapter(base.config, lora, base.tensors, tensors), ...headOf(tensors) });
}

/**
 * For training: all parameters where `lora` is null, else adapters (and the scalar head) on frozen weights. A folder that holds an
 * adapter goes on with it; on any other folder a new one begins, drawn from `seed`. `isLasting` says of such a folder that it will
 * not be deleted, so that an adapter may be saved that refers to it. Throws HeedError(invalid) where the folder's adapter is another
 * than asked for.
 */
export const loadTrainable = (folder: string, head: Head, how: Trainable): Promise<Model> =>
  named(folder, () => (how.lora ? readAdapted(folder, head, { ...how, lora: how.lora }) : readModel(folder, head)));

type Trainable = { lora: LoraConfig | null; seed: number; isLasting: boolean };

async function readAdapted(folder: string, head: Head, { lora, seed, isLasting }: Trainable & { lora: LoraConfig }): Promise<Model> {
  if (!isAdapterFolder(folder)) {
    const weights = await sharedModelFolder(folder);
    const own = initialAdapter(weights.config, lora, seed);
    return adapted(folder, head, lora, { folder, weights, isLasting }, { ...own, ...headOf(weights.tensors) });
  }
  const saved = await readAdapterFolder(folder);
  const weights = await sharedModelFolder(saved.baseFolder);
  const layers = (l: LoraConfig) => String(targetsOf(weights.config, l).map(({ name }) => name));
  if (saved.lora.r !== lora.r || saved.lora.alpha !== lora.alpha || layers(saved.lora) !== layers(lora))
    throw refusal('other-adapter', { folder, has: saved.lora, asked: lora });
  return adapted(saved.configFolder, head, lora, { folder: saved.baseFolder, weights, isLasting: true }, saved.tensors);
}

/** What a folder gets wrong is told as it was found, under a name by which pages say the rest. */
async function named(folder: string, read: () => Promise<Model>): Promise<Model> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof HeedError) || error.details?.reason) throw error;
    const { code, message, cause } = error;
    throw new HeedError(code, message, {
      cause,
      details: { ...error.details, ...refusal('model-unreadable', { folder, problem: message }).details },
    });
  }
}

async function whole(folder: string, head: Head, config: ModelConfig, tensors: ParameterArrays): Promise<Model> {
  const layout = layoutOf(parameterShapes(config, head));
  const common = { folder, head, config, ...(await readTexts(folder, config)) };
  return { ...common, layout, params: pack(layout, tensors), frozen: {}, base: null };
}

async function adapted(folder: string, head: Head, lora: LoraConfig, base: NonNullable<Model['base']>, trained: ParameterArrays) {
  const config = { ...base.weights.config, lora };
  const layout = adapterLayout(config, head);
  const common = { folder, head, config, ...(await readTexts(folder, config)) };
  return { ...common, layout, params: pack(layout, trained), frozen: frozenOf(base.weights, head), base };
}

const headOf = (tensors: ParameterArrays): ParameterArrays => (tensors['score.weight'] ? { 'score.weight': tensors['score.weight'] } : {});

function adapterLayout(config: ModelConfig, head: Head): Layout {
  const scalarHead: Record<string, number[]> = head === 'scalar' ? { 'score.weight': [1, config.hiddenSize] } : {};
  return layoutOf({ ...adapterShapes(config, config.lora!), ...scalarHead });
}

/** What the model with this head has of the base; its scalar head is trained. */
function frozenOf({ config, tensors }: ModelFolder, head: Head): ParameterArrays {
  const names = Object.keys(parameterShapes(config, head)).filter((name) => name !== 'score.weight');
  return Object.fromEntries(names.map((name) => [name, tensors[name]!]));
}

async function readTexts(folder: string, config: ModelConfig): Promise<{ tokenizer: Tokenizer; endId: number }> {
  const tokenizer = await loadTokenizer(folder);
  assertVocabularyFits(folder, tokenizer, config.vocabSize);
  const endId = tokenizer.endId ?? config.eosTokenIds[0];
  if (endId === undefined)
    throw new HeedError('invalid', `${folder}: neither config.json nor tokenizer_config.json names an end token (eos_token).`);
  return { tokenizer, endId };
}

/** A reward model with this model's body and `numHeads` heads drawn from N(0, 1/(d + 1)) (Stiennon et al. 2020, appendix). */
export function withScalarHead(model: Model, seed: number, numHeads = 1): Model {
  const d = model.config.hiddenSize;
  const rng = createRng(seed).fork('scalar head');
  const head = float32(
    [numHeads, d],
    Float32Array.from({ length: numHeads * d }, () => rng.normal() / Math.sqrt(d + 1)),
  );
  const one = model.base ? adapterLayout(model.config, 'scalar') : layoutOf(parameterShapes(model.config, 'scalar'));
  const layout = layoutOf({ ...shapesOf(one), 'score.weight': [numHeads, d] });
  return {
    ...model,
    head: 'scalar',
    layout,
    params: pack(layout, { ...unpack(model.layout, model.params), 'score.weight': head }),
    frozen: model.base ? frozenOf(model.base.weights, 'scalar') : {},
  };
}

/** Of an ensemble's heads (K, d); scores are linear in them. @returns (1, d) */
export function meanHead({ shape: [K, d], data }: FloatArray): FloatArray {
  const mean = new Float32Array(d!);
  for (let i = 0; i < d!; i++) for (let k = 0; k < K!; k++) mean[i]! += data[k * d! + i]! / K!;
  return float32([1, d!], mean);
}

/**
 * Writes a complete Hugging Face folder beside the job's other output; what to report about it. A model under an adapter becomes a PEFT
 * folder where its base lasts, else its adapter is merged.
 */
export async function saveModel(
  model: Model,
  params: FloatArray,
  {
    outputFolder,
    kind,
    step,
    extraConfig = {},
    beside,
  }: {
    outputFolder: string;
    kind: 'sft' | 'reward' | 'policy';
    step: number;
    extraConfig?: Record<string, unknown>;
    /** Writes what else belongs into the folder. */
    beside?: (folder: string) => Promise<void>;
  },
) {
  const { head, base, config, folder: parentFolder } = model;
  const folder = join(outputFolder, `${kind}-${randomUUID()}`);
  const trained = unpack(model.layout, params);
  const published = await writeFolder(folder, async (temporary) => {
    await beside?.(temporary);
    if (base?.isLasting) {
      const baseFolder = resolve(base.folder);
      return writeAdapterFolder(temporary, { parentFolder, baseFolder, head, lora: config.lora!, tensors: trained, extraConfig });
    }
    const tensors = base ? { ...mergeAdapter(config, config.lora!, model.frozen, trained), ...headOf(trained) } : trained;
    return writeModelFolder(temporary, { parentFolder, head, tensors, extraConfig });
  });
  return { type: 'checkpoint' as const, kind, step, folder, ...published };
}
