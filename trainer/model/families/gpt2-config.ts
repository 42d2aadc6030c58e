/**
 * The configuration of the GPT-2 family. `reorder_and_upcast_attn` changes nothing in float32; what would change the arithmetic
 * otherwise is refused by name.
 */
import { z } from 'zod';
import { HeedError } from '@/lib/errors';
import type { Gpt2Family } from '../config';

const count = z.number().int().positive();
const only = <T extends boolean>(value: T, name: string) =>
  z.literal(value, { error: `${name} other than ${value} is not supported` }).default(value as never);

const schema = z.looseObject({
  model_type: z.literal('gpt2'),
  vocab_size: count.default(50_257),
  n_positions: count.default(1024),
  n_embd: count.default(768),
  n_layer: count.default(12),
  n_head: count.default(12),
  n_inner: count.nullish(),
  activation_function: z
    .enum(['gelu_new', 'gelu_pytorch_tanh'], { error: 'only gelu_new and gelu_pytorch_tanh are supported' })
    .default('gelu_new'),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  scale_attn_weights: only(true, 'scale_attn_weights'),
  scale_attn_by_inverse_layer_idx: only(false, 'scale_attn_by_inverse_layer_idx'),
  add_cross_attention: only(false, 'add_cross_attention'),
  tie_word_embeddings: z.boolean().default(true),
  bos_token_id: z.number().int().nullish(),
  pad_token_id: z.number().int().nullish(),
  initializer_range: z.number().positive().default(0.02),
});

/** Throws ZodError where a field is wrong or not supported. */
export function parseGpt2(json: unknown): Gpt2Family {
  const c = schema.parse(json);
  if (c.n_embd % c.n_head !== 0)
    throw new HeedError('invalid', `config.json: a hidden size of ${c.n_embd} cannot be split over ${c.n_head} attention heads.`);
  return {
    architecture: 'gpt2',
    hiddenSize: c.n_embd,
    intermediateSize: c.n_inner ?? 4 * c.n_embd,
    numLayers: c.n_layer,
    numHeads: c.n_head,
    numKvHeads: c.n_head,
    headDim: c.n_embd / c.n_head,
    vocabSize: c.vocab_size,
    contextLength: c.n_positions,
    normEps: c.layer_norm_epsilon,
    tieWordEmbeddings: c.tie_word_embeddings,
    bosTokenId: c.bos_token_id ?? null,
    padTokenId: c.pad_token_id ?? null,
    initializerRange: c.initializer_range,
  };
}
