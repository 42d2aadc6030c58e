/** Softmax attention with grouped key-value heads, and the biases that say who may look where. */
import * as tf from '@tensorflow/tfjs';
import type { ModelConfig } from './config';

const MASKED = -1e9;

/** 0 where a query may look, −1e9 elsewhere: not ahead of itself, not at padding. @returns (B, 1, T, T) */
export function causalBias(isPad: tf.Tensor): tf.Tensor {
  const [B, T] = isPad.shape as [number, number];
  const ahead = new Float32Array(T * T);
  for (let q = 0; q < T; q++) for (let k = q + 1; k < T; k++) ahead[q * T + k] = MASKED;
  const pad = tf.reshape(tf.mul(tf.cast(isPad, 'float32'), MASKED), [B, 1, 1, T]);
  return tf.maximum(tf.add(tf.tensor4d(ahead, [1, 1, T, T]), pad), MASKED);
}

/** 0 on the slots of a cache that a new token may look at, −1e9 on the others. @param isHidden bool (B, S) @returns (B, 1, 1, S) */
export function slotBias(isHidden: tf.Tensor): tf.Tensor {
  const [B, S] = isHidden.shape as [number, number];
  return tf.reshape(tf.mul(tf.cast(isHidden, 'float32'), MASKED), [B, 1, 1, S]);
}

/** @param q (B, T, H·D) @param key @param value (B, Hkv, S, D) @param bias (B, 1, T, S) @returns (B·T, H·D) */
export function attend(config: ModelConfig, q: tf.Tensor, key: tf.Tensor, value: tf.Tensor, bias: tf.Tensor): tf.Tensor {
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
