/** A model as a job uses it: configuration, tokenizer and one flat vector of parameters; and back into a folder. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { HeedError } from '@/lib/errors';
import { readModelFolder, writeModelFolder } from '../checkpoint/huggingface';
import { writeFolder } from '../checkpoint/store';
import { loadTokenizer, type Tokenizer } from '../data/tokenizer';
import { createRng } from '../math/rng';
import { float32, type FloatArray } from '../runtime/nd-array';
import type { ModelConfig } from './config';
import { parameterShapes } from './parameter-shapes';
import { layoutOf, pack, unpack, type Layout } from './parameters';

export type Model = {
  folder: string;
  head: 'language' | 'scalar';
  config: ModelConfig;
  tokenizer: Tokenizer;
  layout: Layout;
  params: FloatArray;
  /** The token that training appends to a response; sampling ends at any of the model's end tokens. */
  endId: number;
};

export async function loadModel(folder: string, head: 'language' | 'scalar'): Promise<Model> {
  const { config, tensors } = await readModelFolder(folder);
  const tokenizer = await loadTokenizer(folder);
  const endId = tokenizer.endId ?? config.eosTokenIds[0];
  if (endId === undefined)
    throw new HeedError('invalid', `${folder}: neither config.json nor tokenizer_config.json names an end token (eos_token).`);
  const layout = layoutOf(parameterShapes(config, head));
  return { folder, head, config, tokenizer, layout, params: pack(layout, tensors), endId };
}

/** A reward model with this model's body and a head drawn from N(0, 1/(d + 1)) (Stiennon et al. 2020, appendix). */
export function withScalarHead(model: Model, seed: number): Model {
  const d = model.config.hiddenSize;
  const rng = createRng(seed).fork('scalar head');
  const head = Float32Array.from({ length: d }, () => rng.normal() / Math.sqrt(d + 1));
  const layout = layoutOf(parameterShapes(model.config, 'scalar'));
  return {
    ...model,
    head: 'scalar',
    layout,
    params: pack(layout, { ...unpack(model.layout, model.params), 'score.weight': float32([1, d], head) }),
  };
}

/** Writes a complete Hugging Face folder beside the job's other output; what to report about it. */
export async function saveModel(
  model: Model,
  params: FloatArray,
  {
    outputFolder,
    kind,
    step,
    extraConfig = {},
  }: { outputFolder: string; kind: 'sft' | 'reward' | 'policy'; step: number; extraConfig?: Record<string, unknown> },
) {
  const name = `${kind}-${randomUUID()}`;
  const folder = join(outputFolder, name);
  const published = await writeFolder(folder, (temporary) =>
    writeModelFolder(temporary, { parentFolder: model.folder, head: model.head, tensors: unpack(model.layout, params), extraConfig }),
  );
  return { type: 'checkpoint' as const, kind, step, folder, ...published };
}
