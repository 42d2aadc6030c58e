import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextKlCoef } from '@/trainer/math/kl';
import { learningRateAt, type Schedule } from '@/trainer/math/schedule';

const schedules = fc.record({
  learningRate: fc.constantFrom(1e-5, 3e-4, 1),
  lrScheduler: fc.constantFrom('linear', 'cosine', 'constant'),
  warmupRatio: fc.double({ min: 0, max: 0.5, noNaN: true }),
}) satisfies fc.Arbitrary<Schedule>;
const ratesOf = (schedule: Schedule, steps: number) => Array.from({ length: steps }, (_, i) => learningRateAt(schedule, i, steps));

describe('the learning rate', () => {
  it('rises to its peak, falls from there, and is never 0 or above the peak', () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 200 }), (schedule, steps) => {
        const rates = ratesOf(schedule, steps);
        const peak = Math.max(...rates);
        expect(peak / schedule.learningRate).toBeCloseTo(1, 9);
        expect(Math.min(...rates)).toBeGreaterThan(0);
        const top = rates.indexOf(peak);
        rates.forEach(
          (rate, i) =>
            i > 0 && (i <= top ? expect(rate).toBeGreaterThanOrEqual(rates[i - 1]!) : expect(rate).toBeLessThanOrEqual(rates[i - 1]!)),
        );
      }),
    );
  });

  it('follows its shape', () => {
    const plain = { learningRate: 1, warmupRatio: 0 };
    expect(ratesOf({ ...plain, lrScheduler: 'linear' }, 4)).toEqual([1, 0.75, 0.5, 0.25]);
    expect(ratesOf({ ...plain, lrScheduler: 'constant' }, 4)).toEqual([1, 1, 1, 1]);
    ratesOf({ ...plain, lrScheduler: 'cosine' }, 4).forEach((rate, i) => expect(rate).toBeCloseTo(0.5 + 0.5 * Math.cos((Math.PI * i) / 4)));
    expect(ratesOf({ ...plain, lrScheduler: 'linear', warmupRatio: 0.5 }, 8)).toEqual([0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25]);
  });
});

describe('the KL coefficient', () => {
  const episodes = { klHorizon: 1000, episodes: 100 };

  it('stays where nothing is aimed at, and where the aim is met', () => {
    expect(nextKlCoef(0.1, 123, { targetKl: null, ...episodes })).toBe(0.1);
    expect(nextKlCoef(0.1, 6, { targetKl: 6, ...episodes })).toBe(0.1);
  });

  it('grows above the target and shrinks below it, at most by a fifth of the share of the horizon', () => {
    const next = (kl: number) => nextKlCoef(0.1, kl, { targetKl: 6, ...episodes });
    expect(next(6.6)).toBeCloseTo(0.1 * (1 + 0.1 * 0.1));
    expect(next(5.4)).toBeCloseTo(0.1 * (1 - 0.1 * 0.1));
    expect(next(1000)).toBeCloseTo(0.1 * 1.02);
    expect(next(-1000)).toBeCloseTo(0.1 * 0.98);
  });
});
