import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cohenKappa, cohenKappaByPair } from '@/lib/agreement/cohen-kappa';
import { fleissKappa } from '@/lib/agreement/fleiss-kappa';
import type { Rating, Value } from '@/lib/agreement/ratings';

const fromTable = (names: Value[], counts: number[][]): [Value, Value][] =>
  counts.flatMap((row, i) => row.flatMap((n, j) => Array.from({ length: n }, (): [Value, Value] => [names[i]!, names[j]!])));

const valueOf = <T>(result: { ok: true; value: T } | { ok: false; reason: string }): T => {
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};

describe('Cohen’s κ', () => {
  // Cohen (1968), Psychological Bulletin 70, table 1: 200 patients; κ and κw with the disagreement weights given there.
  const kinds = ['personality disorder', 'neurosis', 'psychosis'];
  const patients = fromTable(kinds, [
    [88, 14, 18],
    [10, 40, 10],
    [2, 6, 12],
  ]);
  test('published figures', () => {
    expect(valueOf(cohenKappa(patients)).kappa).toBeCloseTo(0.492, 3);
    const disagreement = [
      [0, 1, 3],
      [1, 0, 6],
      [3, 6, 0],
    ];
    const weights = (a: Value, b: Value) => disagreement[kinds.indexOf(String(a))]![kinds.indexOf(String(b))]!;
    expect(valueOf(cohenKappa(patients, { weights })).kappa).toBeCloseTo(0.348, 3);
  });

  const somePairs = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), { minLength: 2, maxLength: 30 })
    .filter((pairs) => new Set(pairs.flat()).size > 1);
  const someWeights = fc.constantFrom('none', 'linear', 'quadratic' as const);

  it('is symmetric, at most 1, and 1 exactly when both say the same', () => {
    fc.assert(
      fc.property(somePairs, someWeights, (pairs, weights) => {
        const { kappa, interval } = valueOf(cohenKappa(pairs, { weights }));
        expect(valueOf(cohenKappa(pairs.map(([a, b]) => [b, a] as const), { weights })).kappa).toBeCloseTo(kappa, 10); // prettier-ignore
        expect(kappa >= 1 - 1e-12).toBe(pairs.every(([a, b]) => a === b));
        if (!interval.ok) return;
        expect(interval.value.low).toBeLessThan(kappa);
        expect(interval.value.high).toBeGreaterThan(kappa - 1e-12);
      }),
    );
  });

  it('weights do not matter with two categories', () => {
    const pairs = fromTable([1, 4], [[20, 5], [10, 15]]); // prettier-ignore
    const plain = valueOf(cohenKappa(pairs));
    expect(plain.kappa).toBeCloseTo(0.4, 12);
    expect(valueOf(cohenKappa(pairs, { weights: 'quadratic' }))).toEqual(plain);
  });

  it('is 0 for a rater who always says the same, and says why it has no value where both do', () => {
    const always = fromTable(['a', 'b'], [[10, 7], [0, 0]]); // prettier-ignore
    const { kappa, interval } = valueOf(cohenKappa(always));
    expect(kappa).toBe(0);
    expect(interval).toMatchObject({ ok: false, code: 'no-variance', why: 'constant-rater', details: { value: 'a' } });
    expect(cohenKappa(fromTable(['a'], [[3]]))).toMatchObject({ ok: false, code: 'one-category' });
    expect(cohenKappa([])).toMatchObject({ ok: false, code: 'no-overlap' });
    expect(cohenKappa([['a', 'b']], { weights: 'linear' })).toMatchObject({ ok: false, code: 'not-ordered' });
    expect(valueOf(cohenKappa([['a', 'b'], ['a', 'a']], { weights: 'linear', order: ['a', 'b'] })).units).toBe(2); // prettier-ignore
  });

  it('has no interval for a rater who always says the same, whatever the weights and the other, nor where there is no exception', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 30 }), someWeights, (others, weights) => {
        fc.pre(others.some((value) => value !== 3));
        for (const pairs of [others.map((value) => [3, value] as const), others.map((value) => [value, 3] as const)])
          expect(valueOf(cohenKappa(pairs, { weights }))).toMatchObject({ kappa: 0, interval: { ok: false, why: 'constant-rater' } });
      }),
    );
    const [same, opposite] = [fromTable([1, 2], [[5, 0], [0, 4]]), fromTable([1, 2], [[0, 4], [4, 0]])]; // prettier-ignore
    for (const [pairs, kappa] of [
      [same, 1],
      [opposite, -1],
    ] as const)
      // prettier-ignore
      expect(valueOf(cohenKappa(pairs))).toMatchObject({ kappa: expect.closeTo(kappa, 12), interval: { ok: false, why: 'no-spread' } });
    // Of opposites in unequal numbers some samples agree by chance more than others.
    expect(valueOf(cohenKappa(fromTable([1, 2], [[0, 4], [7, 0]]))).interval.ok).toBe(true); // prettier-ignore
  });

  it('finds every two raters who met', () => {
    const rate = (unit: string, rater: string, value: Value): Rating => ({ unit, rater, value });
    const ratings = [rate('1', 'b', 'x'), rate('1', 'a', 'x'), rate('2', 'a', 'y'), rate('2', 'b', 'x'), rate('2', 'c', 'y')];
    const found = cohenKappaByPair(ratings);
    expect(found.map(({ raters, units }) => [raters, units])).toEqual([[['a', 'b'], 2], [['a', 'c'], 1], [['b', 'c'], 1]]); // prettier-ignore
    expect(found[0]!.kappa).toMatchObject({ ok: true, value: { kappa: 0, units: 2 } });
    expect(found.map(({ share }) => share)).toEqual([0.5, 1, 0]);
    expect(found[1]!.kappa).toMatchObject({ ok: false, code: 'one-category' });
  });
});

/** Counts of each category a unit, by as many raters as they sum to. */
const fromCounts = (counts: number[][]): Rating[] =>
  counts.flatMap((row, unit) =>
    row
      .flatMap((n, value) => Array.from({ length: n }, () => value))
      .map((value, rater) => ({ unit: `u${unit}`, rater: `r${rater}`, value })),
  );

describe('Fleiss’ κ', () => {
  // Fleiss (1971), Psychological Bulletin 76, table 1: 30 patients, six psychiatrists each: depression, personality disorder,
  // schizophrenia, neurosis, other.
  const psychiatric = [
    '00060', '03003', '01401', '00006', '03030', '20400', '00402', '20310', '20040', '00006', '10050', '11040', '03300', '10050', '02031',
    '00501', '30012', '51000', '02040', '10203', '00006', '01050', '02013', '20040', '10041', '05010', '40002', '02040', '10500', '00006',
  ].map((row) => [...row].map(Number)); // prettier-ignore

  test('published figures', () => {
    const { kappa, observed, expected, units, categories } = valueOf(fleissKappa(fromCounts(psychiatric)));
    expect(kappa).toBeCloseTo(0.43, 3);
    expect(observed).toBeCloseTo(0.5556, 4);
    expect(expected).toBeCloseTo(0.2199, 3);
    expect(units).toBe(30);
    expect(categories.map(({ share }) => Math.round(share * 1000))).toEqual([306, 239, 167, 144, 144]);
  });

  it('is 1 on perfect agreement and does not depend on the order of ratings', () => {
    const counts = fc.array(fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(counts, (rows) => {
        const ratings = fromCounts(rows);
        const result = fleissKappa(ratings);
        if (!result.ok) return;
        expect(valueOf(fleissKappa(ratings.toReversed())).kappa).toBeCloseTo(result.value.kappa, 10);
        expect(result.value.kappa >= 1 - 1e-12).toBe(rows.every((row) => row.filter((n) => n > 0).length <= 1));
      }),
    );
  });

  test('one rater, no overlap, one category', () => {
    expect(fleissKappa([{ unit: 'a', rater: 'x', value: 1 }])).toMatchObject({ ok: false, code: 'one-rater' });
    expect(fleissKappa(fromCounts([[3, 0], [2, 0]]))).toMatchObject({ ok: false, code: 'one-category' }); // prettier-ignore
  });
});
