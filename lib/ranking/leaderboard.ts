/** From a fit to a table: scores, intervals, ranks. */
import { createRng } from '../rng';
import { percentileInterval, Z95, type Interval } from '../statistics/interval';
import { maximise, type LogLikelihood, type Maximum } from '../statistics/newton';
import { resampler } from './bootstrap';
import type { PairCounts } from './comparisons';
import { covariances } from './likelihood';

export type Standing = {
  model: string;
  /** 1 + the number of models whose interval lies wholly above this one's (as FastChat ranks). Equal ranks are common. */
  rank: number;
  /** π, summing to 1 over all models. */
  score: number;
  scoreInterval: Interval;
  /** log π minus its mean over all models, in nats. */
  logStrength: number;
  interval: Interval;
  standardError: number;
  wins: number;
  losses: number;
  ties: number;
};

export type IntervalSource =
  { kind: 'fisher' } | { kind: 'bootstrap'; seed: number; replicates: number; /** without a maximum, and left out */ failed: number };

type Strengths = { m: number; maximum: Maximum; size: number };

/** π from log-strengths, summing to 1. */
function scoresOf(logStrengths: Float64Array): Float64Array {
  const top = Math.max(...logStrengths);
  const raw = logStrengths.map((x) => Math.exp(x - top));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((x) => x / sum);
}

/** Best first. @param intervals of log-strength and score, a model each */
export function standings(counts: PairCounts, fit: Strengths, intervals: ModelIntervals): Standing[] {
  const { models, first, second, wins, losses, ties } = counts;
  const logStrengths = fit.maximum.point.subarray(0, fit.m);
  const scores = scoresOf(logStrengths);
  const tally = models.map(() => ({ wins: 0, losses: 0, ties: 0 }));
  for (let row = 0; row < first.length; row++) {
    const [a, b] = [tally[first[row]!]!, tally[second[row]!]!];
    a.wins += wins[row]!;
    a.losses += losses[row]!;
    b.wins += losses[row]!;
    b.losses += wins[row]!;
    a.ties += ties[row]!;
    b.ties += ties[row]!;
  }
  return models
    .map((model, i) => ({
      model,
      rank: 1 + intervals.logStrengths.filter(({ low }) => low > intervals.logStrengths[i]!.high).length,
      score: scores[i]!,
      scoreInterval: intervals.scores[i]!,
      logStrength: logStrengths[i]!,
      interval: intervals.logStrengths[i]!,
      standardError: intervals.standardErrors[i]!,
      ...tally[i]!,
    }))
    .sort((a, b) => b.logStrength - a.logStrength);
}

export type ModelIntervals = { logStrengths: Interval[]; scores: Interval[]; standardErrors: number[] };

/** From the inverse of the Fisher information; of scores on the scale of log π (delta method), where they are nearly normal. */
export function fisherIntervals({ m, maximum, size }: Strengths): ModelIntervals {
  const covariance = covariances(maximum, m, size);
  const at = (i: number, j: number) => covariance[i * size + j]!;
  const logStrengths = maximum.point.subarray(0, m);
  const scores = scoresOf(logStrengths);
  // log πᵢ = θᵢ − log Σ exp θ, whose gradient is eᵢ − π.
  const withMean = Array.from({ length: m }, (_, i) => scores.reduce((sum, score, j) => sum + score * at(i, j), 0));
  const meanWithMean = scores.reduce((sum, score, i) => sum + score * withMean[i]!, 0);
  const standardErrors = Array.from({ length: m }, (_, i) => Math.sqrt(at(i, i)));
  return {
    standardErrors,
    logStrengths: standardErrors.map((error, i) => around(logStrengths[i]!, error)),
    scores: Array.from(scores, (score, i) => {
      const { low, high } = around(Math.log(score), Math.sqrt(Math.max(0, at(i, i) - 2 * withMean[i]! + meanWithMean)));
      return { low: Math.exp(low), high: Math.min(1, Math.exp(high)) };
    }),
  };
}

type Bootstrap = {
  replicates: number;
  seed: number;
  likelihood: (counts: PairCounts) => LogLikelihood;
  hasMaximum: (counts: PairCounts) => boolean;
};

/**
 * Percentiles over replicates. Replicates whose strengths do not exist (a model that happens to win all it is drawn in) are left out
 * and counted. @returns null where none has a maximum
 */
export function bootstrapIntervals(
  counts: PairCounts,
  fit: Strengths,
  { replicates, seed, likelihood, hasMaximum }: Bootstrap,
): { intervals: ModelIntervals; failed: number } | null {
  const draw = resampler(counts, createRng(seed));
  const strengths = counts.models.map(() => [] as number[]);
  const scores = counts.models.map(() => [] as number[]);
  let failed = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    const drawn = draw();
    const replicated = likelihood(drawn);
    const maximum = hasMaximum(drawn) ? maximise(replicated, fit.maximum.point.subarray(0, replicated.size)) : null;
    if (!maximum?.converged) {
      failed++;
      continue;
    }
    const logStrengths = maximum.point.subarray(0, fit.m);
    logStrengths.forEach((x, i) => strengths[i]!.push(x));
    scoresOf(logStrengths).forEach((x, i) => scores[i]!.push(x));
  }
  if (failed === replicates) return null;
  return {
    failed,
    intervals: {
      logStrengths: strengths.map(percentileInterval),
      scores: scores.map(percentileInterval),
      standardErrors: strengths.map(spread),
    },
  };
}

const around = (x: number, error: number): Interval => ({ low: x - Z95 * error, high: x + Z95 * error });

function spread(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, values.length - 1));
}
