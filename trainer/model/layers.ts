/** What the families' stacks of layers share. */
import * as tf from '@tensorflow/tfjs';
import type { ModelConfig } from './config';
import { loraScale } from './lora';

/** Under Hugging Face's names. */
export type Params = Record<string, tf.Tensor>;
/** Sees positioned queries (B, T, H·D) and keys and values (B, Hkv, T, D) of one layer. @returns (B·T, H·D) */
export type Attend = (layer: number, q: tf.Tensor, key: tf.Tensor, value: tf.Tensor) => tf.Tensor;

/** y = x·Wᵀ. @param x (N, in) @param weight (out, in) */
export const linear = (x: tf.Tensor, weight: tf.Tensor) => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true);

/** The layer called `name`, with its bias and its adapter where it has them. GPT-2's weights are [in, out]. @param x (N, in) */
export function project(config: ModelConfig, params: Params, name: string, x: tf.Tensor): tf.Tensor {
  let y: tf.Tensor = tf.matMul(x as tf.Tensor2D, params[`${name}.weight`]! as tf.Tensor2D, false, config.architecture !== 'gpt2');
  const bias = params[`${name}.bias`];
  if (bias) y = tf.add(y, bias);
  const [a, b] = [params[`${name}.lora_A.weight`], params[`${name}.lora_B.weight`]];
  return a && b ? tf.add(y, linear(tf.mul(linear(x, a), loraScale(config.lora!)), b)) : y;
}

/** Rows of an embedding matrix. @param ids int32, any shape @returns (number of ids, d) */
export function embed(weight: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return tf.gather(weight, tf.reshape(ids, [-1]) as tf.Tensor1D);
}
