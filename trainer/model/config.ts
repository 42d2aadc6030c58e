/**
 * The architecture of a model, read from a Hugging Face `config.json`; one type for all families, read in `families/`.
 * Dropout rates are ignored: nothing here drops out. Parameters themselves are a flat record under the names that Hugging Face
 * gives them, in its layout.
 */
import { z } from 'zod';
import { HeedError } from '@/lib/errors';
import { parseGpt2 } from './families/gpt2-config';
import { parseLlama } from './families/llama-config';
import type { LoraConfig } from './lora';
import type { Rotary } from './rotary-scaling';

export type CommonConfig = {
  hiddenSize: number;
  intermediateSize: number;
  numLayers: number;
  numHeads: number;
  numKvHeads: number;
  headDim: number;
  vocabSize: number;
  contextLength: number;
  normEps: number;
  tieWordEmbeddings: boolean;
  bosTokenId: number | null;
  padTokenId: number | null;
  initializerRange: number;
};
/** Which linear layers have a bias: queries, keys and values; the attention's output; the feed-forward layers. */
export type LlamaBiases = { qkv: boolean; output: boolean; mlp: boolean };
export type LlamaFamily = CommonConfig & { architecture: 'llama' | 'qwen2'; rotary: Rotary; biases: LlamaBiases };
export type Gpt2Family = CommonConfig & { architecture: 'gpt2' };
/** `lora`: how the adapters among the parameters count, where there are any. */
type InUse = { eosTokenIds: number[]; lora: LoraConfig | null };
export type LlamaConfig = LlamaFamily & InUse;
export type Gpt2Config = Gpt2Family & InUse;
export type ModelConfig = LlamaConfig | Gpt2Config;

const parsers = { llama: parseLlama, qwen2: parseLlama, gpt2: parseGpt2 };
const tokenIds = z.object({ eos_token_id: z.union([z.number().int(), z.array(z.number().int())]).nullish() });

/** `generation` is generation_config.json, whose end tokens win. Throws HeedError(invalid) naming what is not supported. */
export function parseModelConfig(json: unknown, generation: unknown = {}): ModelConfig {
  const modelType = (json as { model_type?: unknown } | null)?.model_type;
  if (typeof modelType !== 'string' || !Object.hasOwn(parsers, modelType)) {
    throw new HeedError(
      'invalid',
      `Unknown architecture ${JSON.stringify(modelType ?? null)} in config.json. Supported: ${Object.keys(parsers).join(', ')}.`,
    );
  }
  try {
    const { eos_token_id: own } = tokenIds.parse(json);
    const fromGeneration = tokenIds.safeParse(generation);
    const eos = (fromGeneration.success ? fromGeneration.data.eos_token_id : null) ?? own ?? [];
    return { ...parsers[modelType as keyof typeof parsers](json), eosTokenIds: Array.isArray(eos) ? eos : [eos], lora: null };
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    const issue = cause.issues[0]!;
    throw new HeedError('invalid', `config.json: ${issue.path.join('.') || 'file'}: ${issue.message}.`, { cause });
  }
}
