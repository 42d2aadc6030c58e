/** Spearman's ρ: a published table, what must not matter, and what cannot be computed. Numbers of scipy: test/golden/statistics.test.ts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankCorrelation } from '@/lib/agreement/rank-correlation';

const valueOf = (pairs: [number, number][]) => {
  const result = rankCorrelation(pairs);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};

test('intelligence and hours of television: −29/165, as published', () => {
  // https://en.wikipedia.org/wiki/Spearman's_rank_correlation_coefficient
  const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
  const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
  const { rho, low, high, n } = valueOf(iq.map((x, i) => [x, hours[i]!]));
  expect(rho).toBeCloseTo(-29 / 165, 12);
  expect([n, low < rho, rho < high]).toEqual([10, true, true]);
});

const number = fc.integer({ min: -4, max: 4 });
const measured = fc.array(fc.tuple(number, number), { minLength: 10, maxLength: 40 });

describe('ρ', () => {
  test('stays within its interval and that within −1 and 1, whatever the ties', () => {
    fc.assert(
      fc.property(measured, (pairs) => {
        const result = rankCorrelation(pairs);
        if (!result.ok) return expect(result.code).toBe('one-category');
        const { rho, low, high } = result.value;
        expect(-1 <= low && low <= rho && rho <= high && high <= 1).toBe(true);
      }),
    );
  });

  test('does not change when a scale is stretched, and changes its sign when it is turned round', () => {
    fc.assert(
      fc.property(measured, (pairs) => {
        const result = rankCorrelation(pairs);
        if (!result.ok) return;
        expect(valueOf(pairs.map(([x, y]) => [Math.exp(x), y ** 3])).rho).toBeCloseTo(result.value.rho, 12);
        const turned = valueOf(pairs.map(([x, y]) => [x, -y]));
        expect(turned.rho).toBeCloseTo(-result.value.rho, 12);
        expect(turned.low).toBeCloseTo(-result.value.high, 12);
      }),
    );
  });

  test('of the same order is 1, and yet the interval is no point', () => {
    const same = valueOf(Array.from({ length: 10 }, (_, i) => [i, i * i]));
    expect(same).toMatchObject({ rho: 1, high: 1 });
    expect(same.low).toBeGreaterThan(0.8);
    expect(same.low).toBeLessThan(0.99);
  });

  test('cannot be computed from few things, or where one side says the same of all', () => {
    expect(rankCorrelation([])).toMatchObject({ ok: false, code: 'too-few' });
    expect(rankCorrelation(Array.from({ length: 9 }, (_, i) => [i, i]))).toMatchObject({ ok: false, code: 'too-few' });
    expect(rankCorrelation(Array.from({ length: 20 }, (_, i) => [3, i]))).toMatchObject({ ok: false, code: 'one-category' });
    expect(rankCorrelation(Array.from({ length: 20 }, (_, i) => [i, 0.5]))).toMatchObject({ ok: false, code: 'one-category' });
  });
});
