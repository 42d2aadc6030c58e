import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advantagesAndReturns, maskedMoments, tokenRewards, whiten } from '@/trainer/math/advantages';
import { klPerToken } from '@/trainer/math/kl';

const number = fc.double({ min: -5, max: 5, noNaN: true });
/** Rows of several lengths; every array is (rows, columns) with anything at all past a row's end. */
const episodes = fc
  .record({ lengths: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }), spare: fc.nat(2) })
  .chain(({ lengths, spare }) => {
    const rows = lengths.length;
    const columns = Math.max(...lengths) + spare;
    const perToken = fc.array(number, { minLength: rows * columns, maxLength: rows * columns }).map((x) => Float32Array.from(x));
    const mask = Float32Array.from({ length: rows * columns }, (_, i) => Number(i % columns < lengths[Math.floor(i / columns)]!));
    return fc.record({
      batch: fc.constant({ rows, columns, mask }),
      lengths: fc.constant(lengths),
      a: perToken,
      b: perToken,
      scores: fc.array(number, { minLength: rows, maxLength: rows }).map((x) => Float32Array.from(x)),
      noise: perToken,
    });
  });
const rate = fc.double({ min: 0, max: 1, noNaN: true });
const eachToken = (
  { rows, columns }: { rows: number; columns: number },
  lengths: number[],
  check: (i: number, isLast: boolean) => void,
) => {
  for (let r = 0; r < rows; r++) for (let t = 0; t < lengths[r]!; t++) check(r * columns + t, t === lengths[r]! - 1);
};

describe('advantages', () => {
  it('at λ = 0 are the residuals of temporal differences', () => {
    fc.assert(
      fc.property(episodes, rate, ({ batch, lengths, a: rewards, b: values }, gamma) => {
        const { advantages } = advantagesAndReturns(batch, rewards, values, gamma, 0);
        eachToken(batch, lengths, (i, isLast) =>
          expect(advantages[i]).toBeCloseTo(rewards[i]! + (isLast ? 0 : gamma * values[i + 1]!) - values[i]!, 4),
        );
      }),
    );
  });

  it('at λ = 1 make returns the discounted sum of what follows, whatever the values', () => {
    fc.assert(
      fc.property(episodes, rate, ({ batch, lengths, a: rewards, b: values }, gamma) => {
        const { returns } = advantagesAndReturns(batch, rewards, values, gamma, 1);
        eachToken(batch, lengths, (i, isLast) => expect(returns[i]).toBeCloseTo(rewards[i]! + (isLast ? 0 : gamma * returns[i + 1]!), 3));
      }),
    );
  });

  it('are returns less values', () => {
    fc.assert(
      fc.property(episodes, rate, rate, ({ batch, lengths, a: rewards, b: values }, gamma, gaeLambda) => {
        const { advantages, returns } = advantagesAndReturns(batch, rewards, values, gamma, gaeLambda);
        eachToken(batch, lengths, (i) => expect(returns[i]).toBeCloseTo(advantages[i]! + values[i]!, 4));
      }),
    );
  });
});

describe('rewards of tokens', () => {
  it("sum to the score less β times the response's log-ratio", () => {
    fc.assert(
      fc.property(episodes, rate, ({ batch, lengths, a: logprobs, b: refLogprobs, scores }, klCoef) => {
        const rewards = tokenRewards(batch, klPerToken('k1', logprobs, refLogprobs), scores, klCoef);
        lengths.forEach((length, r) => {
          const at = Array.from({ length }, (_, t) => r * batch.columns + t);
          const kl = at.reduce((sum, i) => sum + logprobs[i]! - refLogprobs[i]!, 0);
          expect(at.reduce((sum, i) => sum + rewards[i]!, 0)).toBeCloseTo(scores[r]! - klCoef * kl, 3);
        });
      }),
    );
  });
});

describe('whitening', () => {
  const spread = (x: Float32Array, mask: Float32Array) => maskedMoments(x, mask).variance > 0.01;

  it('gives mean 0 and variance 1, or keeps the mean', () => {
    fc.assert(
      fc.property(episodes, ({ batch: { mask }, a }) => {
        fc.pre(spread(a, mask));
        expect(maskedMoments(whiten(a, mask), mask).mean).toBeCloseTo(0, 4);
        expect(maskedMoments(whiten(a, mask), mask).variance).toBeCloseTo(1, 4);
        expect(maskedMoments(whiten(a, mask, true), mask).mean).toBeCloseTo(maskedMoments(a, mask).mean, 4);
        expect(maskedMoments(whiten(a, mask, true), mask).variance).toBeCloseTo(1, 4);
      }),
    );
  });

  it('of equal numbers gives zeros, not infinities', () => {
    expect(Array.from(whiten(Float32Array.of(3, 3, 3), Float32Array.of(1, 1, 0)))).toEqual([0, 0, 0]);
  });
});

it('masked positions never matter, and hold 0 afterwards', () => {
  fc.assert(
    fc.property(episodes, rate, rate, ({ batch, a, b, scores, noise }, gamma, gaeLambda) => {
      const all = (x: Float32Array, y: Float32Array) => {
        const rewards = tokenRewards(batch, klPerToken('k1', x, y), scores, 0.1);
        return [
          rewards,
          ...Object.values(advantagesAndReturns(batch, x, y, gamma, gaeLambda)),
          whiten(x, batch.mask),
          whiten(x, batch.mask, true),
        ];
      };
      const disturbed = (x: Float32Array) => x.map((value, i) => (batch.mask[i] ? value : noise[i]!));
      const results = all(a, b);
      expect(all(disturbed(a), disturbed(b))).toEqual(results);
      for (const result of results) result.forEach((value, i) => batch.mask[i] || expect(value).toBe(0));
    }),
  );
});
