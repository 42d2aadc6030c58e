/** The numbers of one PPO iteration, under the names of TRL and lm-human-preferences (`ppo/…`). KL and entropy in nats per response. */
import { maskedMoments, type Batch } from '../math/advantages';
import type { Rollout } from './rollout';

type Iteration = {
  rollouts: Rollout[];
  batch: Batch;
  /** (rows, columns) each; one score a row. */
  logprobs: Float32Array;
  kl: Float32Array;
  values: Float32Array;
  returns: Float32Array;
  scores: Float32Array;
  klCoef: number;
  learningRate: number;
  /** Of each optimizer step. */
  updates: Record<string, number>[];
};

export function ppoMetrics({ rollouts, batch, logprobs, kl, values, returns, scores, klCoef, learningRate, updates }: Iteration) {
  const { 'policy/skipped_minibatches': skipped, ...averages } = averaged(updates);
  const meanKl = mean(sumPerRow(batch, kl));
  const score = mean(scores);
  const nonScore = -klCoef * meanKl;
  const ofReturns = maskedMoments(returns, batch.mask);
  const errors = maskedMoments(
    values.map((v, i) => returns[i]! - v),
    batch.mask,
  );
  return {
    ...averages,
    // Seldom: a curve of zeros would say nothing.
    ...(skipped && { 'policy/skipped_minibatches': skipped * updates.length }),
    lr: learningRate,
    'objective/kl': meanKl,
    'objective/kl_coef': klCoef,
    'objective/entropy': -mean(sumPerRow(batch, logprobs)),
    'objective/non_score_reward': nonScore,
    'objective/rlhf_reward': score + nonScore,
    'objective/scores': score,
    'val/num_eos_tokens': rollouts.filter((r) => !r.isTruncated).length,
    'response_length/mean': mean(rollouts.map((r) => r.response.length)),
    'ppo/returns/mean': ofReturns.mean,
    'ppo/returns/var': ofReturns.variance,
    'ppo/val/vpred': maskedMoments(values, batch.mask).mean,
    'ppo/val/error': errors.variance + errors.mean ** 2,
    'ppo/val/var_explained': ofReturns.variance > 0 ? 1 - errors.variance / ofReturns.variance : 0,
  };
}

/** Of the tokens that count. @param x (rows, columns) @returns (rows) */
export function sumPerRow({ rows, columns, mask }: Batch, x: Float32Array): number[] {
  return Array.from({ length: rows }, (_, b) => {
    let sum = 0;
    for (let i = b * columns; i < (b + 1) * columns; i++) if (mask[i]) sum += x[i]!;
    return sum;
  });
}

export const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

export function averaged(rows: Record<string, number>[]): Record<string, number> {
  return Object.fromEntries(Object.keys(rows[0] ?? {}).map((key) => [key, mean(rows.map((r) => r[key]!))]));
}
