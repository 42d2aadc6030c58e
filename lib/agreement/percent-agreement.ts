/** How often two people who rated the same unit gave it the same value. Not corrected for chance. */
import { computed, type Computed } from '../statistics/computed';
import { Z95, wilson, type Interval } from '../statistics/interval';
import { overlapOf } from './overlap';
import type { Rating, Value } from './ratings';

export type PercentAgreement = Interval & { share: number; units: number; ratings: number; raters: number };

/** What rounding may make of a variance of 0. */
const ROUNDING = 1e-12;

/**
 * Mean over units of the share of their pairs of ratings that are the same (Fleiss' P̄). The interval is a normal one over units; where all
 * units are alike, which would leave it without a width, Wilson's.
 * Units with one rating do not count.
 */
export function percentAgreement(ratings: readonly Rating[]): Computed<PercentAgreement> {
  const overlap = overlapOf(ratings);
  if (!overlap.ok) return overlap;
  const { units, raters } = overlap.value;
  const shares = units.map((unit) => agreeingPairs(unit.map(({ value }) => value)));
  const share = shares.reduce((a, b) => a + b, 0) / shares.length;
  const variance = shares.reduce((sum, x) => sum + (x - share) ** 2, 0) / Math.max(1, shares.length - 1);
  const half = Z95 * Math.sqrt(variance / shares.length);
  return computed({
    share,
    ...(variance > ROUNDING ? { low: Math.max(0, share - half), high: Math.min(1, share + half) } : wilson(share, shares.length)),
    units: units.length,
    ratings: overlap.value.ratings,
    raters,
  });
}

/** Share of the pairs among at least two values that are the same. */
export function agreeingPairs(values: readonly Value[]): number {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const same = [...counts.values()].reduce((sum, n) => sum + n * (n - 1), 0);
  return same / (values.length * (values.length - 1));
}
