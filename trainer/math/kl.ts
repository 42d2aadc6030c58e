/** The KL penalty: estimates of a token's KL, and the coefficient that follows it. All in nats. */
export type KlEstimator = 'k1' | 'k2' | 'k3';

const estimators: Record<KlEstimator, (logRatio: number) => number> = {
  k1: (x) => x,
  k2: (x) => (x * x) / 2,
  k3: (x) => Math.expm1(-x) + x,
};

/**
 * Each token's KL to the reference, estimated from samples of the policy (Schulman 2020, "Approximating KL divergence"), with
 * x = logπ − logπ_ref: k1 = x (unbiased, may be negative), k2 = x²/2 (biased), k3 = e^−x − 1 + x (unbiased, never negative).
 * @param logprobs @param refLogprobs of the sampled tokens, one shape
 */
export function klPerToken(estimator: KlEstimator, logprobs: Float32Array, refLogprobs: Float32Array): Float32Array {
  return logprobs.map((logprob, i) => estimators[estimator](logprob - refLogprobs[i]!));
}

/** Adaptive KL coefficient (Ziegler et al. 2019, section 2.2): β ← β·(1 + clip(KL/target − 1, ±0.2)·n/horizon). KL per response. */
export function nextKlCoef(
  klCoef: number,
  kl: number,
  { targetKl, klHorizon, episodes }: { targetKl: number | null; klHorizon: number; episodes: number },
): number {
  if (targetKl === null) return klCoef;
  const error = Math.min(0.2, Math.max(-0.2, kl / targetKl - 1));
  return klCoef * (1 + (error * episodes) / klHorizon);
}

/** At most this far, per response, is the best of n samples from the policy they come from (Stiennon et al. 2020, appendix G.3). */
export const bestOfNKl = (n: number): number => Math.log(n) - (n - 1) / n;
