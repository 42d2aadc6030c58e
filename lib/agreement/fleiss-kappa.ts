/**
 * Fleiss' κ: agreement of many raters on categories, beyond chance (Fleiss 1971, Psychological Bulletin 76). Where units have unequal
 * numbers of ratings, Gwet's extension (Handbook of Inter-Rater Reliability, 2014, ch. 2.4): units with two or more ratings give the
 * observed agreement, a category's share is the mean over all units of its share there. With equal numbers it is Fleiss' own.
 */
import { computed, type Computed } from '../statistics/computed';
import { oneCategory, overlapOf } from './overlap';
import { agreeingPairs } from './percent-agreement';
import { groupBy, latest, type Rating, type Value } from './ratings';

export type FleissKappa = {
  kappa: number;
  observed: number;
  expected: number;
  /** With at least two ratings. */
  units: number;
  raters: number;
  categories: { value: Value; share: number }[];
};

export function fleissKappa(ratings: readonly Rating[]): Computed<FleissKappa> {
  const overlap = overlapOf(ratings);
  if (!overlap.ok) return overlap;
  const { units, raters } = overlap.value;
  const all = [...groupBy(latest(ratings), ({ unit }) => unit).values()];
  const shares = new Map<Value, number>();
  for (const unit of all) for (const { value } of unit) shares.set(value, (shares.get(value) ?? 0) + 1 / unit.length / all.length);
  if (shares.size === 1) return oneCategory(ratings[0]!.value);
  const observed = units.reduce((sum, unit) => sum + agreeingPairs(unit.map(({ value }) => value)), 0) / units.length;
  const expected = [...shares.values()].reduce((sum, share) => sum + share ** 2, 0);
  const categories = [...shares].map(([value, share]) => ({ value, share })).sort((a, b) => b.share - a.share);
  return computed({ kappa: (observed - expected) / (1 - expected), observed, expected, units: units.length, raters, categories });
}
