import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { softLabel, votes } from '@/lib/agreement/consensus';
import { dawidSkene, type DawidSkene, type DawidSkeneOptions } from '@/lib/agreement/dawid-skene';
import type { Rating, Value } from '@/lib/agreement/ratings';
import { createRng } from '@/lib/rng';

const fitOf = (ratings: Rating[], options?: DawidSkeneOptions): DawidSkene => {
  const result = dawidSkene(ratings, options);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};

/** `answers` of each rater: what they say to a unit of which class, drawn with the seed. */
function simulate(
  units: number,
  raters: Record<string, (truth: string, u: () => number) => string>,
  seed = 1,
): { ratings: Rating[]; truth: string[] } {
  const rng = createRng(seed);
  const truth = Array.from({ length: units }, () => rng.pick(['left', 'right', 'tie']));
  const ratings = truth.flatMap((value, i) =>
    Object.entries(raters).map(([rater, answer]) => ({ unit: `u${i}`, rater, value: answer(value, () => rng.next()) })),
  );
  return { ratings, truth };
}
const right = (share: number) => (truth: string, u: () => number) =>
  u() < share ? truth : ['left', 'right', 'tie'].filter((value) => value !== truth)[u() < 0.5 ? 0 : 1]!;

describe('Dawid and Skene', () => {
  const raters = { good: right(0.9), fair: right(0.75), poor: right(0.5), other: right(0.75), stuck: () => 'left' };
  const { ratings, truth } = simulate(400, raters);
  const fit = fitOf(ratings);
  const of = (name: string) => fit.raters.find(({ rater }) => rater === name)!;

  it('finds how reliable each rater is', () => {
    expect(fit.converged).toBe(true);
    expect(fit.notes).toEqual([]);
    expect(of('good').accuracy).toBeCloseTo(0.9, 1);
    expect(of('fair').accuracy).toBeCloseTo(0.75, 1);
    expect(of('poor').accuracy).toBeCloseTo(0.5, 1);
  });

  it('sees through somebody who always answers the same', () => {
    expect(of('stuck').accuracy).toBeCloseTo(1 / 3, 1);
    expect(of('stuck').information).toBeLessThan(0.001);
    expect(of('poor').information).toBeGreaterThan(0.05);
  });

  it('is right about more units than the majority, and knows how sure it is', () => {
    const rightOnes = fit.units.filter(({ value }, i) => value === truth[i]).length;
    const majority = truth.filter(
      (value, i) => votes(ratings.slice(i * 5, i * 5 + 5).map((rating) => rating.value))[0]!.value === value,
    ).length;
    expect(rightOnes).toBeGreaterThan(majority);
    const sureness = fit.units.reduce((sum, { posterior }) => sum + Math.max(...posterior), 0) / fit.units.length;
    expect(sureness).toBeCloseTo(rightOnes / truth.length, 1);
  });

  it('gives posteriors, priors and rows that sum to 1, whatever is missing, and does not depend on the order of ratings', () => {
    const value = fc.constantFrom<Value>('left', 'right', 'tie');
    const labels = fc.array(fc.record({ unit: fc.constantFrom('1', '2', '3', '4'), rater: fc.constantFrom('a', 'b', 'c'), value }), { minLength: 1, maxLength: 20 }); // prettier-ignore
    fc.assert(
      fc.property(labels, fc.constantFrom(0, 0.5), (some, smoothing) => {
        const result = dawidSkene(some, { smoothing });
        if (!result.ok) return;
        const { units, priors, raters: found } = result.value;
        const rows = [
          priors,
          ...units.map(({ posterior }) => posterior),
          ...found.flatMap(({ confusion }) => confusion.filter((row) => row !== null)),
        ];
        for (const row of rows) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        const turned = fitOf(some.toReversed(), { smoothing });
        if (result.value.converged && turned.converged) expect(turned.logLikelihood).toBeCloseTo(result.value.logLikelihood, 4);
      }),
    );
  });

  it('is sure where all agree', () => {
    const agreed = simulate(30, { a: right(1), b: right(1), c: right(1) }).ratings;
    const { units, raters: found } = fitOf(agreed, { smoothing: 0 });
    for (const { posterior } of units) expect(Math.max(...posterior)).toBeCloseTo(1, 9);
    for (const { accuracy, information } of found) {
      expect(accuracy).toBeCloseTo(1, 9);
      expect(information).toBeGreaterThan(1);
    }
  });

  it('makes soft labels', () => {
    const outcome = (value: Value) => ({ left: 1, right: 0, tie: 0.5 })[String(value)]!;
    expect(softLabel([0.6, 0.3, 0.1], ['left', 'right', 'tie'], outcome)).toBeCloseTo(0.65, 12);
    expect(votes(['right', 'left', 'right', 'tie'])).toEqual([{ value: 'right', share: 0.5 }, { value: 'left', share: 0.25 }, { value: 'tie', share: 0.25 }]); // prettier-ignore
  });
});

describe('identifiability', () => {
  const codes = (ratings: Rating[], options?: DawidSkeneOptions) => fitOf(ratings, options).notes.map(({ code }) => code);
  const two = simulate(50, { a: right(0.9), b: right(0.8) }).ratings;

  test('two labels a unit', () => expect(codes(two)).toEqual(['fewer-than-three']));

  test('raters without a unit in common', () => {
    const apart = simulate(50, { c: right(0.9), d: right(0.8) }, 2).ratings.map((rating) => ({ ...rating, unit: `x${rating.unit}` }));
    expect(codes([...two, ...apart])).toContain('separate-groups');
  });

  test('few labels, rare classes, no convergence', () => {
    const { ratings } = simulate(50, { a: right(0.9), b: right(0.8), c: right(0.8) });
    const passing = fitOf([...ratings, { unit: 'u0', rater: 'guest', value: 'left' }]).notes;
    expect(passing).toEqual([{ code: 'few-labels', raters: ['guest'], note: expect.stringContaining('1 of 4 raters') }]);
    expect(codes(ratings, { classes: ['left', 'right', 'tie', 'both bad'], smoothing: 0 })).toContain('rare-class');
    expect(codes(ratings, { maxIterations: 1 })).toEqual(['not-converged']);
  });

  test('a class that most raters call by another name', () => {
    // Two of three raters call every tie “left”; the third does not, and gives the tie its name.
    const blind = (truth: string) => (truth === 'tie' ? 'left' : truth);
    const { ratings } = simulate(200, { a: blind, b: blind, c: (truth) => truth });
    expect(fitOf(ratings, { smoothing: 0 }).notes).toEqual([
      { code: 'class-switched', note: expect.stringContaining('Units held to be "tie" are mostly called "left"') },
    ]);
  });

  test.each<[string, Rating[], string]>([
    ['nothing', [], 'no-data'],
    ['one rater', [{ unit: 'a', rater: 'x', value: 1 }], 'one-rater'],
    ['no overlap', [{ unit: 'a', rater: 'x', value: 1 }, { unit: 'b', rater: 'y', value: 2 }], 'no-overlap'], // prettier-ignore
    ['one category', [{ unit: 'a', rater: 'x', value: 1 }, { unit: 'a', rater: 'y', value: 1 }], 'one-category'], // prettier-ignore
  ])('%s cannot be computed', (_, ratings, code) => {
    expect(dawidSkene(ratings)).toMatchObject({ ok: false, code });
  });

  test('a value that is none of the classes is a mistake', () => {
    expect(() => dawidSkene(two, { classes: ['left'] })).toThrow('is not one of the classes');
  });
});
