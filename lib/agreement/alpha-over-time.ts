/** How a project's agreement changes: α in windows of time. A unit belongs to the window of its last rating, with all its ratings. */
import { cannot, computed, type Computed } from '../statistics/computed';
import { inWindows } from './drift';
import { krippendorffAlpha, type Alpha, type AlphaOptions } from './krippendorff-alpha';
import { groupBy, type Rating } from './ratings';

/** `from`, `to`: the times of the window's first and last unit; of `units` that two people rated. */
export type AlphaWindow = { from: number; to: number; units: number; alpha: Computed<Alpha> };

/** @param ratings `at` in milliseconds @param options.windows of equally many units that two people rated */
export function alphaOverTime(
  ratings: readonly (Rating & { at: number })[],
  { windows = 5, ...options }: AlphaOptions & { windows?: number },
): Computed<AlphaWindow[]> {
  const units = [...groupBy(ratings, ({ unit }) => unit).values()]
    .filter((unit) => new Set(unit.map(({ rater }) => rater)).size > 1)
    .map((unit) => ({ at: unit.reduce((last, { at }) => Math.max(last, at), -Infinity), unit }));
  if (units.length < windows) return cannot('few-units', { windows, units: units.length });
  return computed(
    inWindows(units, windows).map((part) => ({
      from: part[0]!.at,
      to: part.at(-1)!.at,
      units: part.length,
      alpha: krippendorffAlpha(part.flatMap(({ unit }) => unit), options), // prettier-ignore
    })),
  );
}
