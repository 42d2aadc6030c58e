/** The configuration of the Llama family: Llama itself, and Qwen2, which is a Llama with biases on queries, keys and values. */
import { z } from 'zod';
import { HeedError } from '@/lib/errors';
import type { LlamaFamily } from '../config';
import { ropeSchema, rotaryOf } from '../rotary-scaling';

const count = z.number().int().positive();

const schema = z.looseObject({
  model_type: z.enum(['llama', 'qwen2']),
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  vocab_size: count,
  max_position_embeddings: count,
  rms_norm_eps: z.number().positive().default(1e-6),
  hidden_act: z.literal('silu').default('silu'),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
  ...ropeSchema,
  use_sliding_window: z.boolean().nullish(),
  sliding_window: z.number().nullish(),
  max_window_layers: z.number().default(28),
  layer_types: z.array(z.string()).nullish(),
  bos_token_id: z.number().int().nullish(),
  pad_token_id: z.number().int().nullish(),
  initializer_range: z.number().positive().default(0.02),
});

/** Throws ZodError where a field is wrong, HeedError(invalid) for what is not supported. */
export function parseLlama(json: unknown): LlamaFamily {
  const c = schema.parse(json);
  const numKvHeads = c.num_key_value_heads ?? c.num_attention_heads;
  if (c.num_attention_heads % numKvHeads !== 0) {
    throw new HeedError(
      'invalid',
      `config.json: ${c.num_attention_heads} attention heads cannot share ${numKvHeads} key-value heads evenly.`,
    );
  }
  const slides = c.layer_types
    ? c.layer_types.some((type) => type !== 'full_attention')
    : c.use_sliding_window === true && c.sliding_window != null && c.max_window_layers < c.num_hidden_layers;
  if (slides) {
    throw new HeedError(
      'invalid',
      'config.json: sliding-window attention (use_sliding_window, layer_types) is not supported; every layer must attend to the whole context.',
    );
  }
  const isQwen = c.model_type === 'qwen2';
  const headDim = c.head_dim ?? Math.floor(c.hidden_size / c.num_attention_heads);
  if (headDim % 2 !== 0) throw new HeedError('invalid', `config.json: rotary positions need an even head size, it is ${headDim}.`);
  return {
    architecture: c.model_type,
    hiddenSize: c.hidden_size,
    intermediateSize: c.intermediate_size,
    numLayers: c.num_hidden_layers,
    numHeads: c.num_attention_heads,
    numKvHeads,
    headDim,
    vocabSize: c.vocab_size,
    contextLength: c.max_position_embeddings,
    normEps: c.rms_norm_eps,
    rotary: rotaryOf(c, { headDim, contextLength: c.max_position_embeddings }),
    // transformers' Qwen2 reads neither attention_bias nor mlp_bias.
    biases: { qkv: isQwen || c.attention_bias, output: !isQwen && c.attention_bias, mlp: !isQwen && c.mlp_bias },
    tieWordEmbeddings: c.tie_word_embeddings,
    bosTokenId: c.bos_token_id ?? null,
    padTokenId: c.pad_token_id ?? null,
    initializerRange: c.initializer_range,
  };
}
