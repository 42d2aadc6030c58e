/**
 * A decoder-only transformer as pure functions of (parameters, inputs): whole sequences, prefill and decoding with a
 * key-value cache, and the heads. The stack of layers is the family's.
 *
 * Sequences are padded on the left, so that the last column is every row's newest token, or (in prefill) on the right, so that
 * a token's column is its position; a pad position attends to whatever it likes, since nobody attends to it.
 */
import * as tf from '@tensorflow/tfjs';
import { attention } from '../runtime/ops/attention';
import { linearLogprobs } from '../runtime/ops/linear-logprobs';
import { causalBias, segmentBias } from './attention';
import type { ModelConfig } from './config';
import { gpt2Layers } from './families/gpt2';
import { llamaLayers } from './families/llama';
import { linear, type Attend, type Params } from './layers';
import { embeddingName } from './parameter-shapes';

/** Keys and values of one layer, (B, kvHeads, S, headDim). */
export type LayerCache = { key: tf.Tensor; value: tf.Tensor };

/** Position of each token counted from the row's first real one; 0 on padding. @param isPad bool (B, T) @returns int32 (B, T) */
function positionsOf(isPad: tf.Tensor): tf.Tensor {
  return tf.maximum(tf.sub(tf.cumsum(tf.cast(tf.logicalNot(isPad), 'int32'), 1), tf.scalar(1, 'int32')), tf.scalar(0, 'int32'));
}

function layers(config: ModelConfig, params: Params, ids: tf.Tensor, positions: tf.Tensor, attend: Attend): tf.Tensor {
  return config.architecture === 'gpt2'
    ? gpt2Layers(config, params, ids, positions, attend)
    : llamaLayers(config, params, ids, positions, attend);
}

/** Last hidden states of whole sequences. @param ids int32 (B, T) @param isPad bool (B, T), padding on the left @returns (B·T, d) */
export function hiddenStates(config: ModelConfig, params: Params, ids: tf.Tensor, isPad: tf.Tensor): tf.Tensor {
  const bias = causalBias(isPad);
  return layers(config, params, ids, positionsOf(isPad), (_, q, key, value) => attention({ q, key, value, bias }, true));
}

/**
 * Last hidden states of rows that hold several sequences each. @param ids @param segments int32 (B, T)
 * @param branches int32 (B, T): as for `segmentBias` @returns (B·T, d)
 */
export function packedHiddenStates(
  config: ModelConfig,
  params: Params,
  ids: tf.Tensor,
  segments: tf.Tensor,
  branches?: tf.Tensor,
): tf.Tensor {
  const { bias, positions } = segmentBias(segments, branches);
  return layers(config, params, ids, positions, (_, q, key, value) => attention({ q, key, value, bias }, true));
}

/** As `hiddenStates`, with the keys and values of every layer, (B, kvHeads, T, headDim). */
export function prefill(
  config: ModelConfig,
  params: Params,
  ids: tf.Tensor,
  isPad: tf.Tensor,
): { hidden: tf.Tensor; caches: LayerCache[] } {
  const bias = causalBias(isPad);
  const caches: LayerCache[] = [];
  const hidden = layers(config, params, ids, positionsOf(isPad), (i, q, key, value) => {
    caches[i] = { key, value };
    return attention({ q, key, value, bias }, true);
  });
  return { hidden, caches };
}

/** Of one layer: positioned query (B, 1, H·D), key and value (B, 1, kvHeads·D) of each row's new token. */
export type NewToken = { q: tf.Tensor; key: tf.Tensor; value: tf.Tensor };

/** One more token for every row. @param ids @param positions int32 (B) @param attend mixes the values that a token sees, (B, H·D) @returns (B, d) */
export function decodeStep(
  config: ModelConfig,
  params: Params,
  { ids, positions }: { ids: tf.Tensor; positions: tf.Tensor },
  attend: (layer: number, token: NewToken) => tf.Tensor,
): tf.Tensor {
  const B = ids.shape[0]!;
  const column = (x: tf.Tensor) => tf.reshape(x, [B, 1]);
  const row = (x: tf.Tensor) => tf.reshape(x, [B, 1, -1]);
  // Rows that are done go on beside the others, if need be beyond the last position; nobody reads what they say.
  const within = tf.minimum(column(positions), tf.scalar(config.contextLength - 1, 'int32'));
  return layers(config, params, column(ids), within, (i, q, key, value) => attend(i, { q: row(q), key: row(key), value: row(value) }));
}

const headWeight = (config: ModelConfig, params: Params) => params[config.tieWordEmbeddings ? embeddingName(config) : 'lm_head.weight']!;

/** Next-token logits. @param hidden (N, d) @returns (N, V) */
export function languageHead(config: ModelConfig, params: Params, hidden: tf.Tensor): tf.Tensor {
  return linear(hidden, headWeight(config, params));
}

/**
 * Log-probabilities of given next tokens, and each row's highest one (no gradient), exact up to rounding.
 * @param hidden (N, d) @param ids int32 (N) @returns nats, both (N)
 */
export function headLogprobs(
  config: ModelConfig,
  params: Params,
  hidden: tf.Tensor,
  ids: tf.Tensor,
): { logprobs: tf.Tensor; best: tf.Tensor } {
  return linearLogprobs(hidden, headWeight(config, params), ids);
}

/**
 * Entropy of the next token's distribution, without all logits at once: they are linear in the hidden state h, and so
 * H = h·∂log p(i)/∂h − log p(i), whichever token i is. @param hidden (N, d) @param logprobs of `ids`, (N) @returns nats, (N)
 */
export function headEntropy(config: ModelConfig, params: Params, hidden: tf.Tensor, ids: tf.Tensor, logprobs: tf.Tensor): tf.Tensor {
  const slope = tf.grad((h) => tf.sum(headLogprobs(config, params, h, ids).logprobs))(hidden);
  return tf.sub(tf.sum(tf.mul(hidden, slope), 1), logprobs);
}

/** Each row's logits averaged over the vocabulary, without making them. @param hidden (N, d) @returns (N) */
export function meanLogits(config: ModelConfig, params: Params, hidden: tf.Tensor): tf.Tensor {
  return tf.reshape(linear(hidden, tf.mean(headWeight(config, params), 0, true)), [hidden.shape[0]!]);
}

/** The scalar head of reward models and critics. @param hidden (N, d) @returns (N) */
export function scalarHead(params: Params, hidden: tf.Tensor): tf.Tensor {
  return tf.reshape(linear(hidden, params['score.weight']!), [hidden.shape[0]!]);
}
