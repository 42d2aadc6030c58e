/** The biases that say which key a query may look at. */
import * as tf from '@tensorflow/tfjs';

const MASKED = -1e9;

/** 0 where a query may look, −1e9 elsewhere: not ahead of itself, not at padding. @returns (B, 1, T, T) */
export function causalBias(isPad: tf.Tensor): tf.Tensor {
  const [B, T] = isPad.shape as [number, number];
  const ahead = new Float32Array(T * T);
  for (let q = 0; q < T; q++) for (let k = q + 1; k < T; k++) ahead[q * T + k] = MASKED;
  const pad = tf.reshape(tf.mul(tf.cast(isPad, 'float32'), MASKED), [B, 1, 1, T]);
  return tf.maximum(tf.add(tf.tensor4d(ahead, [1, 1, T, T]), pad), MASKED);
}
