/**
 * Spearman's rank correlation ρ (1904): Pearson's of ranks, equal values at their mean rank. Interval: on Fisher's scale, with the
 * standard error √((1 + ρ²/2) / (n − 3)) of Bonett and Wright (2000, Psychometrika 65). Departure: where two orders are exactly the same
 * (or opposite), for which that interval is a point, it is the one of orders in which two neighbours have changed places. Pure.
 */
import { cannot, computed, type Computed } from '../statistics/computed';
import { Z95, type Interval } from '../statistics/interval';

export type RankCorrelation = Interval & { rho: number; n: number };

/** With fewer the interval means nothing. */
export const fewestForRho = 10;

/** @param pairs two measurements of each thing */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): Computed<RankCorrelation> {
  const n = pairs.length;
  if (n < fewestForRho) return cannot('few-measured', { fewest: fewestForRho, things: n });
  const sides = [0, 1].map((side) => centredRanks(pairs.map((pair) => pair[side]!)));
  const [x, y] = sides as [Float64Array, Float64Array];
  const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)];
  if (xx === 0 || yy === 0) return cannot('nothing-in-order');
  const rho = Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
  const neighboursSwapped = 1 - 12 / (n ** 3 - n);
  const z = Math.atanh(Math.max(-neighboursSwapped, Math.min(neighboursSwapped, rho)));
  const half = Z95 * Math.sqrt((1 + rho ** 2 / 2) / (n - 3));
  return computed({ rho, low: Math.min(rho, Math.tanh(z - half)), high: Math.max(rho, Math.tanh(z + half)), n });
}

/** Less their mean. */
function centredRanks(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let at = from; at < to; at++) ranks[order[at]!] = (from + to - 1 - (values.length - 1)) / 2;
    from = to;
  }
  return ranks;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
