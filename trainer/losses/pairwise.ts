import * as tf from '@tensorflow/tfjs';

/**
 * Bradley–Terry loss with soft labels, margins and centering (Ouyang et al. 2022, eq. 1; margin: Touvron et al. 2023, eq. 2;
 * centering: Eisenstein et al. 2023): mean over pairs of
 * −p·log σ(Δ − m) − (1 − p)·log σ(−Δ − m) + c·(r_a + r_b)², with Δ = r_a − r_b and p = 1, 0 or ½ for a tie (no margin then).
 * @param rewardsA @param rewardsB (P) @param chosenShare p, (P) @param margin m ≥ 0, (P) @param weight (P), ≥ 0, 0 for padding; 0 in all gives 0
 */
export function pairwiseLoss(
  { rewardsA, rewardsB, chosenShare, margin, weight }: Record<'rewardsA' | 'rewardsB' | 'chosenShare' | 'margin' | 'weight', tf.Tensor>,
  centerRewardsCoefficient: number,
): tf.Tensor {
  const difference = tf.sub(rewardsA, rewardsB);
  // softplus(−x) = −log σ(x)
  const forA = tf.softplus(tf.neg(tf.sub(difference, margin)));
  const forB = tf.softplus(tf.neg(tf.sub(tf.neg(difference), margin)));
  const loss = tf.add(tf.mul(chosenShare, forA), tf.mul(tf.sub(1, chosenShare), forB));
  const centering = tf.mul(tf.square(tf.add(rewardsA, rewardsB)), centerRewardsCoefficient);
  return tf.div(tf.sum(tf.mul(tf.add(loss, centering), weight)), tf.maximum(tf.sum(weight), 1e-6));
}
