/**
 * The clipped surrogate objective (Schulman et al. 2017, eq. 7) and the clipped value loss, averaged over valid tokens,
 * not over sequences. All inputs (N) or (B, T); `mask` is 1 on response tokens.
 */
import * as tf from '@tensorflow/tfjs';

/** Log-ratios beyond this are clamped, so that one wild token cannot overflow `exp`. */
const MAX_LOG_RATIO = 20;

export function maskedMean(x: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  return tf.div(tf.sum(tf.mul(x, mask)), tf.maximum(tf.sum(mask), 1));
}

/** L = mean max(−A·ρ, −A·clip(ρ, 1 − ε, 1 + ε)), ρ = exp(logπ − logπ_old). */
export function policyLoss(
  { logprobs, oldLogprobs, advantages, mask }: Record<'logprobs' | 'oldLogprobs' | 'advantages' | 'mask', tf.Tensor>,
  clipRange: number,
): { loss: tf.Tensor; approxKl: tf.Tensor; clipFraction: tf.Tensor; ratioMean: tf.Tensor; ratioVariance: tf.Tensor } {
  const logRatio = tf.clipByValue(tf.sub(logprobs, oldLogprobs), -MAX_LOG_RATIO, MAX_LOG_RATIO);
  const ratio = tf.exp(logRatio);
  const plain = tf.mul(tf.neg(advantages), ratio);
  const clipped = tf.mul(tf.neg(advantages), tf.clipByValue(ratio, 1 - clipRange, 1 + clipRange));
  const ratioMean = maskedMean(ratio, mask);
  return {
    loss: maskedMean(tf.maximum(plain, clipped), mask),
    approxKl: tf.mul(0.5, maskedMean(tf.square(logRatio), mask)),
    clipFraction: maskedMean(tf.cast(tf.greater(clipped, plain), 'float32'), mask),
    ratioMean,
    ratioVariance: maskedMean(tf.square(tf.sub(ratio, ratioMean)), mask),
  };
}

/**
 * 1 where a minibatch counts, 0 where its mean ratio is above `maxRatio`: the policy has left its rollouts too far for the surrogate to
 * say anything (`ratio_threshold` of TRL's first PPO trainer). No gradient flows through it.
 */
export function ratioGate(ratioMean: tf.Tensor, maxRatio: number): tf.Tensor {
  return tf.customGrad((x) => ({
    value: tf.cast(tf.lessEqual(x as tf.Tensor, maxRatio), 'float32'),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }))(ratioMean);
}

/** L = ½·mean max((V − R)², (clip(V, V_old ± ε) − R)²). */
export function valueLoss(
  { values, oldValues, returns, mask }: Record<'values' | 'oldValues' | 'returns' | 'mask', tf.Tensor>,
  clipRangeValue: number,
): { loss: tf.Tensor; clipFraction: tf.Tensor } {
  // clip(V, V_old ± ε) = V_old + clip(V − V_old, ±ε)
  const near = tf.add(oldValues, tf.clipByValue(tf.sub(values, oldValues), -clipRangeValue, clipRangeValue));
  const plain = tf.square(tf.sub(values, returns));
  const clipped = tf.square(tf.sub(near, returns));
  return {
    loss: tf.mul(0.5, maskedMean(tf.maximum(plain, clipped), mask)),
    clipFraction: maskedMean(tf.cast(tf.greater(clipped, plain), 'float32'), mask),
  };
}

/** Entropy of each token's distribution: logsumexp(z) − Σ softmax(z)·z. @param logits (N, V) @returns nats, (N) */
export function entropyOf(logits: tf.Tensor): tf.Tensor {
  const logSoftmax = tf.logSoftmax(logits);
  return tf.neg(tf.sum(tf.mul(tf.exp(logSoftmax), logSoftmax), -1));
}
