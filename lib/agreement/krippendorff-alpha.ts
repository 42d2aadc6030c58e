/**
 * Krippendorff's α: agreement of any number of raters beyond chance, with missing ratings (Krippendorff 2011, Computing Krippendorff's
 * alpha-reliability). α = 1 − observed / expected disagreement over all pairable values; 1 perfect, 0 chance, below 0 systematic.
 * The ordinal metric is the interval metric on mid-ranks of the pairable values (its distance (Σ n_g from c to k − (n_c + n_k)/2)² is the
 * squared difference of mid-ranks), so no coincidence matrix is needed: a unit's part comes from the sums of its values and squares.
 * The bootstrap draws units with replacement (not Krippendorff's own, which draws pairs as if they were independent).
 */
import { createRng } from '../rng';
import { cannot, computed, type Computed } from '../statistics/computed';
import { percentileInterval, type Interval } from '../statistics/interval';
import { oneCategory, overlapOf } from './overlap';
import { toNumbers, type Rating, type Value } from './ratings';

export const alphaMetrics = ['nominal', 'ordinal', 'interval'] as const;
export type AlphaMetric = (typeof alphaMetrics)[number];

export type AlphaOptions = {
  metric: AlphaMetric;
  /** The categories, least to most, where they are not numbers. */
  order?: readonly Value[];
  /** Replicates of the bootstrap; 0 for no interval. */
  bootstrap?: number;
  seed?: number;
};

export type Alpha = {
  alpha: number;
  /** `replicates`: those with more than one category, the others have no α. Null where none was asked for. */
  interval: (Interval & { replicates: number }) | null;
  metric: AlphaMetric;
  observedDisagreement: number;
  expectedDisagreement: number;
  /** Pairable: units with at least two ratings, and those ratings. */
  units: number;
  ratings: number;
  raters: number;
  /** Left out, as rated once. */
  singleUnits: number;
};

/** Only the last of a rater's ratings of one unit counts. Unchanged by the order of ratings, raters and units (but for the bootstrap's noise). */
export function krippendorffAlpha(ratings: readonly Rating[], options: AlphaOptions): Computed<Alpha> {
  const { metric, order, bootstrap = 0, seed = 1 } = options;
  const overlap = overlapOf(ratings);
  if (!overlap.ok) return overlap;
  const { units, raters, singleUnits } = overlap.value;
  const categories = [...new Set(units.flat().map(({ value }) => value))];
  const numbers = metric === 'nominal' ? categories.map((_, i) => i) : toNumbers(categories, order);
  if (!numbers) return cannot(order ? 'no-places' : 'no-numbers', { metric });
  if (categories.length === 1) return oneCategory(categories[0]);

  const codeOf = new Map(categories.map((category, i) => [category, i]));
  const codes = units.map((unit) => Int32Array.from(unit, ({ value }) => codeOf.get(value)!));
  const disagreement = disagreementOf(metric, numbers);
  const once = new Float64Array(units.length).fill(1);
  const { observed, expected } = disagreement(codes, once);
  const found = bootstrap > 0 ? replicates(codes, disagreement, { count: bootstrap, seed, none: expected * 1e-12 }) : [];
  return computed({
    alpha: 1 - observed / expected,
    interval: found.length > 0 ? { ...percentileInterval(found), replicates: found.length } : null,
    metric,
    observedDisagreement: observed,
    expectedDisagreement: expected,
    units: units.length,
    ratings: overlap.value.ratings,
    raters,
    singleUnits,
  });
}

type Disagreement = (units: readonly Int32Array[], times: Float64Array) => { observed: number; expected: number };

/** @returns a function of units (codes of their values) and how many times each counts */
function disagreementOf(metric: AlphaMetric, numbers: readonly number[]): Disagreement {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const byNumber = numbers.map((_, i) => i).sort((a, b) => numbers[a]! - numbers[b]!);
  const counts = new Float64Array(numbers.length);
  const scores = Float64Array.from(numbers, (x) => x - mean);
  const inUnit = new Float64Array(numbers.length);

  /** Sum of distances over the ordered pairs of a unit's values. */
  const ofUnit = (codes: Int32Array): number => {
    if (metric === 'nominal') {
      let same = 0;
      // 1 + 3 + 5 + … = n²
      for (const code of codes) same += 2 * inUnit[code]!++ + 1;
      for (const code of codes) inUnit[code] = 0;
      return codes.length ** 2 - same;
    }
    let [sum, squares] = [0, 0];
    for (const code of codes) {
      sum += scores[code]!;
      squares += scores[code]! ** 2;
    }
    return 2 * (codes.length * squares - sum ** 2);
  };

  return (units, times) => {
    counts.fill(0);
    units.forEach((codes, u) => {
      for (const code of codes) counts[code]! += times[u]!;
    });
    const n = counts.reduce((a, b) => a + b, 0);
    if (metric === 'ordinal') {
      let below = -n / 2;
      for (const category of byNumber) {
        scores[category] = below + counts[category]! / 2;
        below += counts[category]!;
      }
    }
    let observed = 0;
    units.forEach((codes, u) => {
      if (times[u]! > 0) observed += (times[u]! * ofUnit(codes)) / (codes.length - 1);
    });
    let [sum, squares] = [0, 0];
    for (const [category, count] of counts.entries()) {
      sum += metric === 'nominal' ? 0 : count * scores[category]!;
      squares += metric === 'nominal' ? count ** 2 : count * scores[category]! ** 2;
    }
    const all = metric === 'nominal' ? n ** 2 - squares : 2 * (n * squares - sum ** 2);
    return { observed: observed / n, expected: all / (n * (n - 1)) };
  };
}

/** @param options.none what rounding makes of no expected disagreement */
function replicates(
  codes: readonly Int32Array[],
  disagreement: Disagreement,
  { count, seed, none }: { count: number; seed: number; none: number },
): number[] {
  const rng = createRng(seed);
  const times = new Float64Array(codes.length);
  const found: number[] = [];
  for (let replicate = 0; replicate < count; replicate++) {
    times.fill(0);
    for (let draw = 0; draw < codes.length; draw++) times[rng.int(codes.length)]!++;
    const { observed, expected } = disagreement(codes, times);
    if (expected > none) found.push(1 - observed / expected);
  }
  return found;
}
