/** Share of comparisons won, a tie counting half, with Wilson's 95 % score interval (Wilson 1927), which stays within 0 … 1. Pure. */
export type WinRate = { winRate: number; low: number; high: number; comparisons: number };

const Z = 1.959964;

/** @param outcomes 1 won, ½ tied, 0 lost; at least one */
export function winRate(outcomes: number[]): WinRate {
  const n = outcomes.length;
  if (n === 0) throw new RangeError('A win rate needs at least one comparison.');
  const p = outcomes.reduce((sum, outcome) => sum + outcome, 0) / n;
  const centre = (p + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  return { winRate: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half), comparisons: n };
}
