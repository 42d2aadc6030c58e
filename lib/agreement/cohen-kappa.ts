/**
 * Cohen's κ: agreement of two raters beyond chance, plain (Cohen 1960) or weighted (Cohen 1968), with the large-sample standard error of
 * Fleiss, Cohen and Everitt (1969). Disagreement weighs by distance: of the numbers given, or of places in `order`; linear, or squared.
 * Where that error is 0 there is no interval: a rater who always says the same makes κ 0 whatever the other says (the two agree as often as
 * chance has it, in every sample), and agreement without exception tells nothing of how far chance goes.
 */
import { cannot, computed, type Computed } from '../statistics/computed';
import { Z95, type Interval } from '../statistics/interval';
import { oneCategory } from './overlap';
import { groupBy, latest, toNumbers, type Rating, type Value } from './ratings';

export const kappaWeights = ['none', 'linear', 'quadratic'] as const;
export type KappaWeights = (typeof kappaWeights)[number];
export type KappaOptions = {
  /** Or how far two values disagree, 0 for not at all. */
  weights?: KappaWeights | ((a: Value, b: Value) => number);
  /** The categories, least to most, where they are not numbers. */
  order?: readonly Value[];
};
export type CohenKappa = {
  kappa: number;
  interval: Computed<Interval & { standardError: number }>;
  observed: number;
  expected: number;
  units: number;
};

/** @param pairs for each unit that both rated, the two values */
export function cohenKappa(
  pairs: readonly (readonly [Value, Value])[],
  { weights = 'none', order }: KappaOptions = {},
): Computed<CohenKappa> {
  if (pairs.length === 0) return cannot('no-unit-in-common');
  const values = [...new Set(pairs.flat())];
  const places = weights === 'linear' || weights === 'quadratic' ? toNumbers(values, order) : [];
  if (!places) return cannot('no-order');
  if (values.length === 1) return oneCategory(values[0]);
  const distance = (i: number, j: number): number => {
    if (typeof weights === 'function') return weights(values[i]!, values[j]!);
    if (weights === 'none') return i === j ? 0 : 1;
    return weights === 'linear' ? Math.abs(places[i]! - places[j]!) : (places[i]! - places[j]!) ** 2;
  };
  const furthest = Math.max(...values.flatMap((_, i) => values.map((__, j) => distance(i, j))));
  const weigh = (i: number, j: number): number => 1 - distance(i, j) / furthest;

  const k = values.length;
  const n = pairs.length;
  const index = new Map(values.map((value, i) => [value, i]));
  const joint = new Float64Array(k * k);
  const [first, second] = [new Float64Array(k), new Float64Array(k)];
  for (const [a, b] of pairs) {
    const [i, j] = [index.get(a)!, index.get(b)!];
    joint[i * k + j]! += 1 / n;
    first[i]! += 1 / n;
    second[j]! += 1 / n;
  }
  let [observed, expected] = [0, 0];
  const [rowMean, columnMean] = [new Float64Array(k), new Float64Array(k)];
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) {
      const weight = weigh(i, j);
      observed += weight * joint[i * k + j]!;
      expected += weight * first[i]! * second[j]!;
      rowMean[i]! += weight * second[j]!;
      columnMean[j]! += weight * first[i]!;
    }
  const kappa = (observed - expected) / (1 - expected);
  let spread = 0;
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) spread += joint[i * k + j]! * (weigh(i, j) - (rowMean[i]! + columnMean[j]!) * (1 - kappa)) ** 2;
  const variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2);
  const constant = values.find((_, i) => first[i]! > 1 - NOTHING || second[i]! > 1 - NOTHING);
  const interval =
    constant !== undefined
      ? cannot('constant-rater', { value: constant })
      : variance < NOTHING
        ? cannot('no-spread')
        : computed(around(kappa, Math.sqrt(variance)));
  return computed({ kappa: constant === undefined ? kappa : 0, interval, observed, expected, units: n });
}

/** What rounding makes of 0. */
const NOTHING = 1e-12;

const around = (kappa: number, standardError: number) => ({
  low: Math.max(-1, kappa - Z95 * standardError),
  high: Math.min(1, kappa + Z95 * standardError),
  standardError,
});

/** `share`: of the units they have in common, those they gave the same value. */
export type RaterPair = { raters: [string, string]; units: number; share: number; kappa: Computed<CohenKappa> };

/** κ of every two raters who have a unit in common, most units first. */
export function cohenKappaByPair(ratings: readonly Rating[], options: KappaOptions = {}): RaterPair[] {
  const pairs = new Map<string, { raters: [string, string]; values: [Value, Value][] }>();
  for (const unit of groupBy(latest(ratings), (rating) => rating.unit).values()) {
    const sorted = unit.sort((a, b) => (a.rater < b.rater ? -1 : 1));
    sorted.forEach((a, i) => {
      for (const b of sorted.slice(i + 1)) {
        const key = JSON.stringify([a.rater, b.rater]);
        const pair = pairs.get(key) ?? { raters: [a.rater, b.rater], values: [] };
        pair.values.push([a.value, b.value]);
        pairs.set(key, pair);
      }
    });
  }
  return [...pairs.values()]
    .map(({ raters, values }) => ({
      raters,
      units: values.length,
      share: values.filter(([a, b]) => a === b).length / values.length,
      kappa: cohenKappa(values, options),
    }))
    .sort((a, b) => b.units - a.units || (a.raters.join('\0') < b.raters.join('\0') ? -1 : 1));
}
