/** The units that more than one person rated, and what is to be said where there are none. */
import { cannot, computed, type Computed } from '../statistics/computed';
import { groupBy, latest, type Rating } from './ratings';

export type Overlap<R extends Rating = Rating> = {
  /** Each with at least two ratings, by different raters. */
  units: R[][];
  /** Of those units. */
  ratings: number;
  raters: number;
  /** Rated by one person only: they say nothing about agreement. */
  singleUnits: number;
};

/** Only the last of a rater's ratings of one unit counts. */
export function overlapOf<R extends Rating>(ratings: readonly R[]): Computed<Overlap<R>> {
  if (ratings.length === 0) return cannot('no-ratings');
  const byUnit = [...groupBy(latest(ratings), ({ unit }) => unit).values()];
  const units = byUnit.filter((group) => group.length > 1);
  if (units.length === 0) {
    const raters = new Set(ratings.map(({ rater }) => rater));
    return raters.size === 1 ? cannot('one-rater') : cannot('no-shared-unit', { raters: raters.size, units: byUnit.length });
  }
  const paired = units.flat();
  return computed({
    units,
    ratings: paired.length,
    raters: new Set(paired.map(({ rater }) => rater)).size,
    singleUnits: byUnit.length - units.length,
  });
}

export const oneCategory = (value: unknown) => cannot('one-value', { value });
