/** What the families' stacks of layers share. */
import * as tf from '@tensorflow/tfjs';

/** Under Hugging Face's names. */
export type Params = Record<string, tf.Tensor>;
/** Sees positioned queries (B, T, H·D) and keys and values (B, Hkv, T, D) of one layer. @returns (B·T, H·D) */
export type Attention = (layer: number, q: tf.Tensor, key: tf.Tensor, value: tf.Tensor) => tf.Tensor;

/** y = x·Wᵀ. @param x (N, in) @param weight (out, in) */
export const linear = (x: tf.Tensor, weight: tf.Tensor) => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true);
