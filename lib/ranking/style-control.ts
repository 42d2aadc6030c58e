/**
 * Strengths at equal style: Bradley and Terry's model with differences in style as covariates, P(left preferred) = σ(θ₁ − θ₂ + β·z)
 * (as Chatbot Arena controls for style, 2024). How much of a model's standing is length and formatting shows in what changes against
 * the plain board. Ties as halves.
 */
import { cannot, computed, type Computed } from '../statistics/computed';
import { Z95, type Interval } from '../statistics/interval';
import { maximise } from '../statistics/newton';
import type { BradleyTerryOptions, Leaderboard } from './bradley-terry';
import { betweenModels, countPairs, modelsOf, type Comparison, type PairCounts } from './comparisons';
import { isConnected, whyNotConnected } from './connectedness';
import { bootstrapIntervals, fisherIntervals, standings } from './leaderboard';
import { bradleyTerryLikelihood, covariances, type Covariates } from './likelihood';

/** `style`: left's minus right's, an entry a feature (`styleDifference`); swapping sides must swap signs. */
export type StyledComparison = Comparison & { style: readonly number[] };

/** Log-odds for one typical difference in favour (its root mean square, `scale`), the other features and the models being equal. */
export type StyleEffect = Interval & { feature: string; logOdds: number; scale: number };
export type StyledLeaderboard = Leaderboard & { style: StyleEffect[] };

/** @param options.features names of the entries of `style` */
export function styleControlled(
  comparisons: readonly StyledComparison[],
  { features, bootstrap = 0, seed = 1 }: Omit<BradleyTerryOptions, 'ties'> & { features: readonly string[] },
): Computed<StyledLeaderboard> {
  const between = betweenModels(comparisons);
  if (between.length === 0) return cannot('no-two-models');
  if (between.some(({ style }) => style.length !== features.length)) throw new RangeError('Each comparison needs a difference a feature.');
  const pairs = countPairs(between);
  const unbounded = whyNotConnected(pairs);
  if (unbounded) return unbounded;

  const scales = features.map((_, c) => Math.sqrt(between.reduce((sum, { style }) => sum + style[c]! ** 2, 0) / between.length));
  const still = features.find((_, c) => scales[c] === 0);
  if (still !== undefined) return cannot('same-style', { feature: still });
  const covariates: Covariates = {
    size: features.length,
    values: Float64Array.from(between.flatMap(({ style }) => style.map((x, c) => x / scales[c]!))),
  };
  const rows = oneRowEach(between, pairs.models);
  const likelihood = (drawn: PairCounts) => bradleyTerryLikelihood(drawn, covariates);
  const m = pairs.models.length;
  const size = m + features.length;
  const maximum = maximise(likelihood(rows), new Float64Array(size));
  if (!maximum) return cannot('tangled-style', { features: [...features] });
  const effects = [...maximum.point.subarray(m)];
  if (!maximum.converged || effects.some((effect) => Math.abs(effect) > MAX_EFFECT)) return cannot('style-decides');

  const fit = { m, maximum, size };
  const drawn = bootstrap > 0 ? bootstrapIntervals(rows, fit, { replicates: bootstrap, seed, likelihood, hasMaximum: isConnected }) : null;
  if (bootstrap > 0 && !drawn) return cannot('bootstrap-separated');
  const covariance = covariances(maximum, m, size);
  return computed({
    standings: standings(rows, fit, drawn?.intervals ?? fisherIntervals(fit)),
    ties: 'half',
    tieParameter: null,
    intervals: drawn ? { kind: 'bootstrap', seed, replicates: bootstrap, failed: drawn.failed } : { kind: 'fisher' },
    logLikelihood: maximum.logLikelihood,
    iterations: maximum.iterations,
    comparisons: between.length,
    selfComparisons: comparisons.length - between.length,
    style: features.map((feature, c) => {
      const half = Z95 * Math.sqrt(covariance[(m + c) * size + m + c]!);
      return { feature, logOdds: effects[c]!, low: effects[c]! - half, high: effects[c]! + half, scale: scales[c]! };
    }),
  });
}

/** Odds of e¹⁵ for a typical difference are those of a likelihood without a maximum. */
const MAX_EFFECT = 15;

/** Counts with a row a comparison, left first, so that each has covariates of its own. */
function oneRowEach(comparisons: readonly Comparison[], models = modelsOf(comparisons)): PairCounts {
  const index = new Map(models.map((model, i) => [model, i]));
  const is = (outcome: number) => Float64Array.from(comparisons, (comparison) => Number(comparison.outcome === outcome));
  return {
    models,
    first: Int32Array.from(comparisons, ({ left }) => index.get(left)!),
    second: Int32Array.from(comparisons, ({ right }) => index.get(right)!),
    wins: is(1),
    losses: is(0),
    ties: is(0.5),
  };
}
