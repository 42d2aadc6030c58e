import * as tf from '@tensorflow/tfjs';

type Inputs = Record<'logprobsA' | 'logprobsB' | 'refLogprobsA' | 'refLogprobsB' | 'chosenShare' | 'weight', tf.Tensor>;

/**
 * Direct preference optimization (Rafailov et al. 2023, eq. 7) with soft labels: mean over pairs of −p·log σ(Δ) − (1 − p)·log σ(−Δ), where
 * Δ = r_a − r_b and r = β·(log π(y|x) − log π_ref(y|x)) is a response's implicit reward. p is 1 or 0 for the preferred side, ½ for a tie, and with
 * label smoothing ε moves to p·(1 − ε) + (1 − p)·ε (Mitchell 2023, "conservative DPO").
 * @param inputs all (P): log-probabilities are summed over a response's tokens, nats; `weight` is 0 for padding
 * @returns the loss, a scalar, and the implicit rewards, (P)
 */
export function dpoLoss(
  { logprobsA, logprobsB, refLogprobsA, refLogprobsB, chosenShare, weight }: Inputs,
  { beta, labelSmoothing }: { beta: number; labelSmoothing: number },
): { loss: tf.Tensor; rewardsA: tf.Tensor; rewardsB: tf.Tensor } {
  const rewardsA = tf.mul(beta, tf.sub(logprobsA, refLogprobsA));
  const rewardsB = tf.mul(beta, tf.sub(logprobsB, refLogprobsB));
  const difference = tf.sub(rewardsA, rewardsB);
  const share = tf.add(tf.mul(chosenShare, 1 - 2 * labelSmoothing), labelSmoothing);
  // softplus(−x) = −log σ(x)
  const loss = tf.add(tf.mul(share, tf.softplus(tf.neg(difference))), tf.mul(tf.sub(1, share), tf.softplus(difference)));
  return { loss: tf.div(tf.sum(tf.mul(loss, weight)), tf.maximum(tf.sum(weight), 1)), rewardsA, rewardsB };
}
