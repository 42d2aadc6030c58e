import * as tf from '@tensorflow/tfjs';

/** How far rounding may part a token's log-probability from the highest one when it is that one. */
const ROUNDING = 1e-5;

/**
 * Mean negative log-likelihood of the tokens that count, and the share of them that are the likeliest of all.
 * @param logprobs @param best nats, (N): the tokens', and the highest of each row @param lossMask (N), 1 where a token counts
 * @returns scalars: loss in nats, accuracy, and how many tokens count
 */
export function crossEntropy({ logprobs, best }: Record<'logprobs' | 'best', tf.Tensor>, lossMask: tf.Tensor) {
  const count = tf.sum(lossMask);
  const mean = (x: tf.Tensor) => tf.div(tf.sum(tf.mul(x, lossMask)), tf.maximum(count, 1));
  const isLikeliest = tf.cast(tf.greaterEqual(logprobs, tf.sub(best, ROUNDING)), 'float32');
  return { loss: tf.neg(mean(logprobs)), accuracy: mean(isLikeliest), count };
}
