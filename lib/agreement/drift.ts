/**
 * Agreement over time: does someone (or everyone) agree less than they did? Windows hold equally many answers, so that none rests on a
 * handful. Trend: Cochran (1954) and Armitage (1955), over the windows' numbers.
 */
import { cannot, computed, type Computed } from '../statistics/computed';
import { wilson, type Interval } from '../statistics/interval';
import { twoSided } from '../statistics/normal';

/** `at`: milliseconds. `agrees`: 0 … 1, e.g. of `againstOthers`, or 1 where gold was met. */
export type TimedAgreement = { at: number; agrees: number };
export type AgreementWindow = Interval & { from: number; to: number; share: number; answers: number };
export type Drift = {
  windows: AgreementWindow[];
  /** Standard normal without a trend; below 0: agreement falls. Null where every answer, or none, agrees. */
  trend: { z: number; p: number } | null;
};

/** @param windows at least 2; with fewer answers than twice that, it cannot be computed */
export function drift(answers: readonly TimedAgreement[], windows = 5): Computed<Drift> {
  if (windows < 2) throw new RangeError('Drift needs at least two windows.');
  if (answers.length === 0) return cannot('nothing-to-compare');
  if (answers.length < 2 * windows) return cannot('few-answers', { windows, answers: answers.length });
  const parts = inWindows(answers, windows);
  const sums = parts.map((part) => part.reduce((sum, { agrees }) => sum + agrees, 0));
  return computed({
    trend: trendOf(sums, parts.map((part) => part.length)), // prettier-ignore
    windows: parts.map((part, window) => {
      const share = sums[window]! / part.length;
      return { from: part[0]!.at, to: part.at(-1)!.at, share, ...wilson(share, part.length), answers: part.length };
    }),
  });
}

/** In order of time, in `windows` parts of equal size, give or take one. @param items at least as many as windows */
export function inWindows<T extends { at: number }>(items: readonly T[], windows: number): T[][] {
  const inOrder = items.toSorted((a, b) => a.at - b.at);
  const cut = (window: number) => Math.round((window * inOrder.length) / windows);
  return Array.from({ length: windows }, (_, window) => inOrder.slice(cut(window), cut(window + 1)));
}

/** @param agreed @param answers a window each */
function trendOf(agreed: readonly number[], answers: readonly number[]): Drift['trend'] {
  const total = answers.reduce((a, b) => a + b, 0);
  const share = agreed.reduce((a, b) => a + b, 0) / total;
  if (share < 1e-12 || share > 1 - 1e-12) return null;
  let [lean, first, second] = [0, 0, 0];
  answers.forEach((n, window) => {
    lean += window * (agreed[window]! - n * share);
    first += n * window;
    second += n * window ** 2;
  });
  const z = lean / Math.sqrt(share * (1 - share) * (second - first ** 2 / total));
  return { z, p: twoSided(z) };
}
