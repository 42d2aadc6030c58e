/**
 * Strengths of models from paired comparisons by maximum likelihood (Bradley and Terry 1952; Newton's method on counts a pair).
 * Ties: half a win each way, as leaderboards do; or Davidson's (1970) model, in which a tie has a probability of its own. With ties as
 * halves the Fisher intervals are those of as many decided comparisons, so somewhat wide.
 */
import { cannot, computed, type Computed } from '../statistics/computed';
import { maximise } from '../statistics/newton';
import { betweenModels, countPairs, type Comparison, type PairCounts } from './comparisons';
import { isConnected, isTieParameterBounded, whyNotConnected } from './connectedness';
import { bootstrapIntervals, fisherIntervals, standings, type IntervalSource, type Standing } from './leaderboard';
import { bradleyTerryLikelihood, davidsonLikelihood } from './likelihood';

export const tieModels = ['half', 'davidson'] as const;
export type TieModel = (typeof tieModels)[number];

export type BradleyTerryOptions = {
  ties?: TieModel;
  /** Replicates of the bootstrap; 0 for Fisher intervals. */
  bootstrap?: number;
  seed?: number;
};

export type Leaderboard = {
  /** Best first. */
  standings: Standing[];
  ties: TieModel;
  /** Davidson's ν: ties happen ν√(π₁π₂) times for π₁ + π₂ preferences; between equals ν/(2 + ν) of the time. Null with ties as halves. */
  tieParameter: number | null;
  intervals: IntervalSource;
  logLikelihood: number;
  iterations: number;
  comparisons: number;
  /** Of a model with itself: left out. */
  selfComparisons: number;
};

/** Unchanged by the order of comparisons and by which model stands left. */
export function bradleyTerry(comparisons: readonly Comparison[], options: BradleyTerryOptions = {}): Computed<Leaderboard> {
  const { ties = 'half', bootstrap = 0, seed = 1 } = options;
  const between = betweenModels(comparisons);
  if (between.length === 0) return cannot(comparisons.length === 0 ? 'no-comparisons' : 'only-itself');
  const counts = countPairs(between);
  const unbounded = whyNotConnected(counts);
  if (unbounded) return unbounded;

  const tied = counts.ties.reduce((a, b) => a + b, 0);
  if (ties === 'davidson' && tied === between.length) return cannot('only-ties');
  // Without ties ν is 0, which is Bradley and Terry's model.
  const hasTieParameter = ties === 'davidson' && tied > 0;
  if (hasTieParameter && !isTieParameterBounded(counts)) return cannot('no-contradiction');
  const likelihood = (drawn: PairCounts) =>
    hasTieParameter && drawn.ties.some((n) => n > 0) ? davidsonLikelihood(drawn) : bradleyTerryLikelihood(drawn);
  const hasMaximum = (drawn: PairCounts) =>
    isConnected(drawn) && (!hasTieParameter || drawn.ties.every((n) => n === 0) || isTieParameterBounded(drawn));
  const m = counts.models.length;
  const { size } = likelihood(counts);
  const start = new Float64Array(size);
  if (hasTieParameter) start[m] = Math.log((2 * tied) / (between.length - tied));
  const maximum = maximise(likelihood(counts), start);
  if (!maximum?.converged) return cannot('flat');

  const fit = { m, maximum, size };
  const drawn = bootstrap > 0 ? bootstrapIntervals(counts, fit, { replicates: bootstrap, seed, likelihood, hasMaximum }) : null;
  if (bootstrap > 0 && !drawn) return cannot('bootstrap-separated');
  return computed({
    standings: standings(counts, fit, drawn?.intervals ?? fisherIntervals(fit)),
    ties,
    tieParameter: ties === 'davidson' ? (hasTieParameter ? Math.exp(maximum.point[m]!) : 0) : null,
    intervals: drawn ? { kind: 'bootstrap', seed, replicates: bootstrap, failed: drawn.failed } : { kind: 'fisher' },
    logLikelihood: maximum.logLikelihood,
    iterations: maximum.iterations,
    comparisons: between.length,
    selfComparisons: comparisons.length - between.length,
  });
}
