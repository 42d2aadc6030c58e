import * as tf from '@tensorflow/tfjs';
import { tokenLogprobs } from '../runtime/ops/token-logprobs';

/**
 * Sum of the negative log-likelihoods of the tokens that count; divide by their number over the whole batch.
 * @param logits (N, V) @param targets int32 (N) @param lossMask (N), 1 where the target counts @returns nats, scalar
 */
export function negativeLogLikelihood(logits: tf.Tensor, targets: tf.Tensor, lossMask: tf.Tensor): tf.Tensor {
  return tf.neg(tf.sum(tf.mul(tokenLogprobs(logits, targets), lossMask)));
}
