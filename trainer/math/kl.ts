/** Adaptive KL coefficient (Ziegler et al. 2019, section 2.2): β ← β·(1 + clip(KL/target − 1, ±0.2)·n/horizon). KL in nats per response. */
export function nextKlCoef(
  klCoef: number,
  kl: number,
  { targetKl, klHorizon, episodes }: { targetKl: number | null; klHorizon: number; episodes: number },
): number {
  if (targetKl === null) return klCoef;
  const error = Math.min(0.2, Math.max(-0.2, kl / targetKl - 1));
  return klCoef * (1 + (error * episodes) / klHorizon);
}
