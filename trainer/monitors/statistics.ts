/** The few statistics that monitors are made of. Plain arrays. */
export const mean = (x: readonly number[]): number => (x.length ? x.reduce((a, b) => a + b, 0) / x.length : 0);

/** Biased. */
export const variance = (x: readonly number[]): number => {
  const m = mean(x);
  return mean(x.map((value) => (value - m) ** 2));
};
export const std = (x: readonly number[]): number => Math.sqrt(variance(x));

export function covariance(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  return mean(x.map((value, i) => (value - mx) * (y[i]! - my)));
}

export function quantile(x: readonly number[], q: number): number {
  const sorted = [...x].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? 0;
}

/** How far the means of two samples lie apart, in standard errors (Welch); infinite where neither varies and they differ. */
export function welch(newer: readonly number[], older: readonly number[]): number {
  const difference = mean(newer) - mean(older);
  const error = Math.sqrt(variance(newer) / Math.max(1, newer.length - 1) + variance(older) / Math.max(1, older.length - 1));
  return error > 1e-12 ? difference / error : difference === 0 ? 0 : Math.sign(difference) * Infinity;
}
