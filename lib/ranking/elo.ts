/**
 * Elo's ratings, for continuity with boards that show them. They depend on the order of the comparisons and forget the early ones; to
 * rank models, use `bradleyTerry`, which Elo's updates approximate.
 */
import type { Comparison } from './comparisons';

const ELO_START = 1000;
/** Points that stand for odds of ten to one. */
const SCALE = 400;

/** @param comparisons in time's order @param k points that a surprise can be worth @returns best first */
export function elo(comparisons: readonly Comparison[], k = 4): { model: string; rating: number }[] {
  const ratings = new Map<string, number>();
  for (const { left, right, outcome } of comparisons) {
    const [a, b] = [ratings.get(left) ?? ELO_START, ratings.get(right) ?? ELO_START];
    const surprise = outcome - 1 / (1 + 10 ** ((b - a) / SCALE));
    ratings.set(left, a + k * surprise);
    if (left !== right) ratings.set(right, b - k * surprise);
  }
  return [...ratings].map(([model, rating]) => ({ model, rating })).sort((a, b) => b.rating - a.rating);
}
