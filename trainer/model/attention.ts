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
