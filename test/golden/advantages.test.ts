import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { advantagesAndReturns, tokenRewards, whiten } from '@/trainer/math/advantages';
import { klPerToken, type KlEstimator } from '@/trainer/math/kl';

type Matrix = number[][];
type Fixture = {
  rows: number;
  columns: number;
  mask: Matrix;
  oldLogprobs: Matrix;
  refLogprobs: Matrix;
  scores: number[];
  values: Matrix;
  klCoef: number;
  estimators: Record<KlEstimator, Matrix>;
  rewards: Matrix;
  whitenedRewards: Matrix;
  runs: { gamma: number; gaeLambda: number; advantages: Matrix; returns: Matrix; whitened: Matrix }[];
};
const fixture = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/ppo.json'), 'utf8')) as Fixture;
const flat = (matrix: Matrix) => Float32Array.from(matrix.flat());
const batch = { rows: fixture.rows, columns: fixture.columns, mask: flat(fixture.mask) };
const expectClose = (actual: Float32Array, expected: Matrix) =>
  expected.flat().forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5));

describe('from scores to advantages, against torch', () => {
  it.each(['k1', 'k2', 'k3'] as const)('KL of each token by %s', (estimator) => {
    const kl = klPerToken(estimator, flat(fixture.oldLogprobs), flat(fixture.refLogprobs));
    expectClose(
      kl.map((x, i) => x * batch.mask[i]!),
      fixture.estimators[estimator],
    );
  });

  it('rewards: KL penalty on every token, score on the last', () => {
    const kl = klPerToken('k1', flat(fixture.oldLogprobs), flat(fixture.refLogprobs));
    const rewards = tokenRewards(batch, kl, Float32Array.from(fixture.scores), fixture.klCoef);
    expectClose(rewards, fixture.rewards);
    expectClose(whiten(rewards, batch.mask, true), fixture.whitenedRewards);
  });

  it.each(fixture.runs)(
    'advantages, returns and whitening at γ = $gamma, λ = $gaeLambda',
    ({ gamma, gaeLambda, advantages, returns, whitened }) => {
      const actual = advantagesAndReturns(batch, flat(fixture.rewards), flat(fixture.values), gamma, gaeLambda);
      expectClose(actual.advantages, advantages);
      expectClose(actual.returns, returns);
      expectClose(whiten(actual.advantages, batch.mask), whitened);
    },
  );
});
