/**
 * The architecture of a model, read from a Hugging Face `config.json`.
 * Parameters themselves are a flat record under the names that Hugging Face gives them, in its layout (Linear is [out, in]).
 */
import { z } from 'zod';
import { HeedError } from '@/lib/errors';

export type ModelConfig = {
  architecture: 'llama';
  hiddenSize: number;
  intermediateSize: number;
  numLayers: number;
  numHeads: number;
  numKvHeads: number;
  headDim: number;
  vocabSize: number;
  contextLength: number;
  normEps: number;
  ropeTheta: number;
  tieWordEmbeddings: boolean;
  bosTokenId: number | null;
  eosTokenIds: number[];
  padTokenId: number | null;
  initializerRange: number;
};

const ids = z.union([z.number().int(), z.array(z.number().int())]).nullish();

const llamaSchema = z.looseObject({
  model_type: z.literal('llama'),
  hidden_size: z.number().int().positive(),
  intermediate_size: z.number().int().positive(),
  num_hidden_layers: z.number().int().positive(),
  num_attention_heads: z.number().int().positive(),
  num_key_value_heads: z.number().int().positive().nullish(),
  head_dim: z.number().int().positive().nullish(),
  vocab_size: z.number().int().positive(),
  max_position_embeddings: z.number().int().positive(),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().nullish(),
  rope_scaling: z.null().optional(),
  /** transformers 5 keeps the rotary settings here. */
  rope_parameters: z
    .looseObject({ rope_type: z.literal('default').default('default'), rope_theta: z.number().positive().nullish() })
    .nullish(),
  hidden_act: z.literal('silu').default('silu'),
  attention_bias: z.literal(false).default(false),
  mlp_bias: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(false),
  bos_token_id: z.number().int().nullish(),
  eos_token_id: ids,
  pad_token_id: z.number().int().nullish(),
  initializer_range: z.number().positive().default(0.02),
});

/** `generation` is generation_config.json, whose end tokens win. Throws HeedError(invalid) naming what is not supported. */
export function parseModelConfig(json: unknown, generation: unknown = {}): ModelConfig {
  const modelType = (json as { model_type?: unknown } | null)?.model_type;
  if (modelType !== 'llama') {
    throw new HeedError('invalid', `Unknown architecture ${JSON.stringify(modelType ?? null)} in config.json. Supported: llama.`);
  }
  const parsed = llamaSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new HeedError('invalid', `config.json: ${issue.path.join('.') || 'file'}: ${issue.message}.`, { cause: parsed.error });
  }
  const c = parsed.data;
  const numKvHeads = c.num_key_value_heads ?? c.num_attention_heads;
  if (c.num_attention_heads % numKvHeads !== 0) {
    throw new HeedError(
      'invalid',
      `config.json: ${c.num_attention_heads} attention heads cannot share ${numKvHeads} key-value heads evenly.`,
    );
  }
  const generationEos = z.looseObject({ eos_token_id: ids }).safeParse(generation);
  const eos = (generationEos.success ? generationEos.data.eos_token_id : null) ?? c.eos_token_id ?? [];
  return {
    architecture: 'llama',
    hiddenSize: c.hidden_size,
    intermediateSize: c.intermediate_size,
    numLayers: c.num_hidden_layers,
    numHeads: c.num_attention_heads,
    numKvHeads,
    headDim: c.head_dim ?? Math.floor(c.hidden_size / c.num_attention_heads),
    vocabSize: c.vocab_size,
    contextLength: c.max_position_embeddings,
    normEps: c.rms_norm_eps,
    ropeTheta: c.rope_parameters?.rope_theta ?? c.rope_theta ?? 10_000,
    tieWordEmbeddings: c.tie_word_embeddings,
    bosTokenId: c.bos_token_id ?? null,
    eosTokenIds: Array.isArray(eos) ? eos : [eos],
    padTokenId: c.pad_token_id ?? null,
    initializerRange: c.initializer_range,
  };
}
