/** Share of comparisons won, a tie counting half, with Wilson's 95 % score interval. Pure. */
import { wilson } from '../statistics/interval';

export type WinRate = { winRate: number; low: number; high: number; comparisons: number };

/** @param outcomes 1 won, ½ tied, 0 lost; at least one */
export function winRate(outcomes: number[]): WinRate {
  const n = outcomes.length;
  if (n === 0) throw new RangeError('A win rate needs at least one comparison.');
  const p = outcomes.reduce((sum, outcome) => sum + outcome, 0) / n;
  return { winRate: p, ...wilson(p, n), comparisons: n };
}
