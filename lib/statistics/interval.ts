/** Intervals of 95 %. Pure. */
export type Interval = { low: number; high: number };

/** Quantile 0.975 of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/** Wilson's score interval for a share (Wilson 1927), which stays within 0 … 1. @param share of `n` observations, at least one */
export function wilson(share: number, n: number): Interval {
  const centre = (share + Z95 ** 2 / (2 * n)) / (1 + Z95 ** 2 / n);
  const half = (Z95 / (1 + Z95 ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z95 ** 2 / (4 * n ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** The middle 95 % of bootstrap replicates, between two of them linearly (as numpy does by default). @param values at least one */
export function percentileInterval(values: ArrayLike<number>): Interval {
  const sorted = Float64Array.from(values).sort();
  const at = (q: number) => {
    const position = q * (sorted.length - 1);
    const below = Math.floor(position);
    return sorted[below]! + (position - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - sorted[below]!);
  };
  return { low: at(0.025), high: at(0.975) };
}
