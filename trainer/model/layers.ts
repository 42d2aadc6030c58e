/** What the families' stacks of layers share. */
import * as tf from '@tensorflow/tfjs';

/** Under Hugging Face's names. */
export type Params = Record<string, tf.Tensor>;
/** Sees positioned queries (B, T, H·D) and keys and values (B, Hkv, T, D) of one layer. @returns (B·T, H·D) */
export type Attend = (layer: number, q: tf.Tensor, key: tf.Tensor, value: tf.Tensor) => tf.Tensor;

/** y = x·Wᵀ. @param x (N, in) @param weight (out, in) */
export const linear = (x: tf.Tensor, weight: tf.Tensor) => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true);

/** The layer called `name`, with its bias where it has one. `conv1d`: GPT-2's layout, whose weights are [in, out]. @param x (N, in) */
export function project(params: Params, name: string, x: tf.Tensor, layout: 'linear' | 'conv1d' = 'linear'): tf.Tensor {
  const y = tf.matMul(x as tf.Tensor2D, params[`${name}.weight`]! as tf.Tensor2D, false, layout === 'linear');
  const bias = params[`${name}.bias`];
  return bias ? tf.add(y, bias) : y;
}

/** Rows of an embedding matrix. @param ids int32, any shape @returns (number of ids, d) */
export function embed(weight: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return tf.gather(weight, tf.reshape(ids, [-1]) as tf.Tensor1D);
}
