/**
 * The Llama family as pure functions of (parameters, inputs): RMSNorm, rotary positions, grouped-query attention, SwiGLU.
 * Parameters carry Hugging Face's names and layout (Linear weights are [out, in]).
 *
 * Sequences are padded on the left, so that the last column is every row's newest token; a pad position attends to
 * whatever it likes, since nobody attends to it.
 */
import * as tf from '@tensorflow/tfjs';
import { writeSlot } from '../runtime/ops/cache';
import { rmsNorm } from '../runtime/ops/rms-norm';
import { rotary } from '../runtime/ops/rotary';
import { swiglu } from '../runtime/ops/swiglu';
import type { ModelConfig } from './config';

export type Params = Record<string, tf.Tensor>;
/** Keys and values of one layer, (B, kvHeads, S, headDim). */
export type LayerCache = { key: tf.Tensor; value: tf.Tensor };

const MASKED = -1e9;

/** y = x·Wᵀ. @param x (N, in) @param weight (out, in) */
const linear = (x: tf.Tensor, weight: tf.Tensor) => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true);

/** Position of each token counted from the row's first real one; 0 on padding. @param isPad bool (B, T) @returns int32 (B, T) */
export function positionsOf(isPad: tf.Tensor): tf.Tensor {
  return tf.maximum(tf.sub(tf.cumsum(tf.cast(tf.logicalNot(isPad), 'int32'), 1), tf.scalar(1, 'int32')), tf.scalar(0, 'int32'));
}

/** 0 where a query may look, −1e9 elsewhere: not ahead of itself, not at padding. @returns (B, 1, T, T) */
function causalBias(isPad: tf.Tensor): tf.Tensor {
  const [B, T] = isPad.shape as [number, number];
  const ahead = new Float32Array(T * T);
  for (let q = 0; q < T; q++) for (let k = q + 1; k < T; k++) ahead[q * T + k] = MASKED;
  const pad = tf.reshape(tf.mul(tf.cast(isPad, 'float32'), MASKED), [B, 1, 1, T]);
  return tf.maximum(tf.add(tf.tensor4d(ahead, [1, 1, T, T]), pad), MASKED);
}

/** @param q (B, T, H·D) @param key @param value (B, Hkv, S, D) @param bias (B, 1, T, S) @returns (B·T, H·D) */
function attend(config: ModelConfig, q: tf.Tensor, key: tf.Tensor, value: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const { numHeads: H, numKvHeads: Hkv, headDim: D } = config;
  const [B, T] = q.shape as [number, number, number];
  const S = key.shape[2]!;
  // Heads that share keys stand side by side, so that one product serves the whole group.
  const grouped = tf.reshape(tf.transpose(tf.reshape(tf.mul(q, 1 / Math.sqrt(D)), [B, T, H, D]), [0, 2, 1, 3]), [B, Hkv, (H / Hkv) * T, D]);
  const scores = tf.reshape(tf.matMul(grouped, key, false, true), [B, H, T, S]);
  const weights = tf.reshape(tf.softmax(tf.add(scores, bias)), [B, Hkv, (H / Hkv) * T, S]);
  const mixed = tf.reshape(tf.matMul(weights, value), [B, H, T, D]);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [B * T, H * D]);
}

type Attention = (layer: number, q: tf.Tensor, key: tf.Tensor, value: tf.Tensor) => tf.Tensor;

/** The stack of layers. `attention` sees rotated queries (B, T, H·D) and keys and values (B, Hkv, T, D). @returns (B·T, d), normed */
function layers(config: ModelConfig, params: Params, ids: tf.Tensor, positions: tf.Tensor, attention: Attention): tf.Tensor {
  const { numKvHeads: Hkv, headDim: D, hiddenSize: d, numHeads: H } = config;
  const [B, T] = ids.shape as [number, number];
  const table = { length: config.contextLength, headDim: D, theta: config.ropeTheta };
  const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [B, T, Hkv, D]), [0, 2, 1, 3]);
  let x: tf.Tensor = tf.reshape(tf.gather(params['model.embed_tokens.weight']!, tf.reshape(ids, [B * T]) as tf.Tensor1D), [B * T, d]);
  for (let i = 0; i < config.numLayers; i++) {
    const weight = (name: string) => params[`model.layers.${i}.${name}.weight`]!;
    const h = rmsNorm(x, weight('input_layernorm'), config.normEps);
    const q = rotary(tf.reshape(linear(h, weight('self_attn.q_proj')), [B, T, H * D]), positions, table);
    const k = rotary(tf.reshape(linear(h, weight('self_attn.k_proj')), [B, T, Hkv * D]), positions, table);
    const v = linear(h, weight('self_attn.v_proj'));
    x = tf.add(x, linear(attention(i, q, split(k), split(v)), weight('self_attn.o_proj')));
    const m = rmsNorm(x, weight('post_attention_layernorm'), config.normEps);
    x = tf.add(x, linear(swiglu(linear(m, weight('mlp.gate_proj')), linear(m, weight('mlp.up_proj'))), weight('mlp.down_proj')));
  }
  return rmsNorm(x, params['model.norm.weight']!, config.normEps);
}

/** Last hidden states of whole sequences. @param ids int32 (B, T) @param isPad bool (B, T), padding on the left @returns (B·T, d) */
export function hiddenStates(config: ModelConfig, params: Params, ids: tf.Tensor, isPad: tf.Tensor): tf.Tensor {
  const bias = causalBias(isPad);
  return layers(config, params, ids, positionsOf(isPad), (_, q, k, v) => attend(config, q, k, v, bias));
}

/** The same, keeping keys and values in caches with room for `slots` tokens in all. */
export function prefill(
  config: ModelConfig,
  params: Params,
  ids: tf.Tensor,
  isPad: tf.Tensor,
  slots: number,
): { hidden: tf.Tensor; caches: LayerCache[] } {
  const bias = causalBias(isPad);
  const room = slots - ids.shape[1]!;
  const widen = (x: tf.Tensor) =>
    tf.pad(x, [
      [0, 0],
      [0, 0],
      [0, room],
      [0, 0],
    ]);
  const caches: LayerCache[] = [];
  const hidden = layers(config, params, ids, positionsOf(isPad), (i, q, k, v) => {
    caches[i] = { key: widen(k), value: widen(v) };
    return attend(config, q, k, v, bias);
  });
  return { hidden, caches };
}

/**
 * One more token for every row. @param ids int32 (B, 1) @param positions int32 (B, 1) @param slot int32 scalar: where it goes
 * in the caches @param isHidden bool (B, S): slots that are padding or not yet written @returns hidden (B, d)
 */
export function decodeStep(
  config: ModelConfig,
  params: Params,
  caches: LayerCache[],
  { ids, positions, slot, isHidden }: { ids: tf.Tensor; positions: tf.Tensor; slot: tf.Tensor; isHidden: tf.Tensor },
): { hidden: tf.Tensor; caches: LayerCache[] } {
  const [B, S] = isHidden.shape as [number, number];
  const bias = tf.reshape(tf.mul(tf.cast(isHidden, 'float32'), MASKED), [B, 1, 1, S]);
  const next: LayerCache[] = [];
  const hidden = layers(config, params, ids, positions, (i, q, k, v) => {
    next[i] = { key: writeSlot(caches[i]!.key, k, slot), value: writeSlot(caches[i]!.value, v, slot) };
    return attend(config, q, next[i]!.key, next[i]!.value, bias);
  });
  return { hidden, caches: next };
}

/** Next-token logits. @param hidden (N, d) @returns (N, V) */
export function languageHead(config: ModelConfig, params: Params, hidden: tf.Tensor): tf.Tensor {
  return linear(hidden, params[config.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight']!);
}

/** The scalar head of reward models and critics. @param hidden (N, d) @returns (N) */
export function scalarHead(params: Params, hidden: tf.Tensor): tf.Tensor {
  return tf.reshape(linear(hidden, params['score.weight']!), [hidden.shape[0]!]);
}
