import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { alphaOverTime } from '@/lib/agreement/alpha-over-time';
import { alphaMetrics, krippendorffAlpha, type AlphaMetric } from '@/lib/agreement/krippendorff-alpha';
import { percentAgreement } from '@/lib/agreement/percent-agreement';
import type { Rating, Value } from '@/lib/agreement/ratings';

/** A row a rater, a column a unit; null where it was not rated. */
const ratingsOf = (rows: (Value | null)[][]): Rating[] =>
  rows.flatMap((row, rater) => row.flatMap((value, unit) => (value === null ? [] : [{ unit: `u${unit}`, rater: `r${rater}`, value }])));

const alphaOf = (ratings: Rating[], metric: AlphaMetric): number => {
  const result = krippendorffAlpha(ratings, { metric });
  if (!result.ok) throw new Error(result.reason);
  return result.value.alpha;
};

describe('published figures: Krippendorff (2011), Computing Krippendorff’s alpha-reliability', () => {
  test('A: two observers, binary data', () => {
    const a = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0];
    const b = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0];
    expect(alphaOf(ratingsOf([a, b]), 'nominal')).toBeCloseTo(0.095, 3);
  });

  test('B: two observers, nominal data', () => {
    const ratings = ratingsOf([[...'aabbdccceDda'.toLowerCase()], [...'babbbcccedDd'.toLowerCase()]]);
    expect(alphaOf(ratings, 'nominal')).toBeCloseTo(0.692, 3);
  });

  const _ = null;
  const c = ratingsOf([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
  ]);
  test.each([
    ['nominal', 0.743],
    ['ordinal', 0.815],
    ['interval', 0.849],
  ] as const)('C: four observers, ratings missing, %s', (metric, published) => {
    const result = krippendorffAlpha(c, { metric });
    expect(result).toMatchObject({ ok: true, value: { units: 11, ratings: 40, raters: 4, singleUnits: 1, interval: null } });
    expect(alphaOf(c, metric)).toBeCloseTo(published, 3);
  });

  test('categories in an order are as good as numbers', () => {
    const words = ['none', 'bad', 'so-so', 'good', 'best', 'better still'];
    const inWords = c.map((rating) => ({ ...rating, value: words[Number(rating.value)]! }));
    const result = krippendorffAlpha(inWords, { metric: 'ordinal', order: words });
    expect(result.ok && result.value.alpha).toBeCloseTo(alphaOf(c, 'ordinal'), 12);
  });
});

/** At least one unit that two raters rated, and two categories among the rated-twice. */
const someRatings = fc
  .array(fc.array(fc.option(fc.integer({ min: 1, max: 4 }), { freq: 3 }), { minLength: 6, maxLength: 6 }), { minLength: 2, maxLength: 5 })
  .map(ratingsOf)
  .filter((ratings) => krippendorffAlpha(ratings, { metric: 'nominal' }).ok);

describe('properties', () => {
  it('is 1 exactly when all agree', () => {
    fc.assert(
      fc.property(someRatings, fc.constantFrom(...alphaMetrics), (ratings, metric) => {
        const agree = percentAgreement(ratings);
        expect(alphaOf(ratings, metric) > 1 - 1e-12).toBe(agree.ok && agree.value.share === 1);
        expect(alphaOf(ratings, metric)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
    const same = ratingsOf([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    for (const metric of alphaMetrics) expect(alphaOf(same, metric)).toBe(1);
  });

  it('does not depend on the order or the names of raters, or on the order of ratings', () => {
    fc.assert(
      fc.property(someRatings, fc.constantFrom(...alphaMetrics), (ratings, metric) => {
        const mixed = ratings.map((rating) => ({ ...rating, rater: `x${9 - Number(rating.rater.slice(1))}` })).reverse();
        expect(alphaOf(mixed, metric)).toBeCloseTo(alphaOf(ratings, metric), 10);
      }),
    );
  });

  it('interval does not depend on zero and unit, ordinal on no rising transformation', () => {
    fc.assert(
      fc.property(someRatings, (ratings) => {
        const to = (f: (x: number) => number) => ratings.map((rating) => ({ ...rating, value: f(Number(rating.value)) }));
        expect(alphaOf(to((x) => 1000 - 3 * x), 'interval')).toBeCloseTo(alphaOf(ratings, 'interval'), 8); // prettier-ignore
        expect(alphaOf(to((x) => Math.exp(x)), 'ordinal')).toBeCloseTo(alphaOf(ratings, 'ordinal'), 8); // prettier-ignore
      }),
    );
  });

  it('counts the last of a rater’s ratings of a unit', () => {
    fc.assert(
      fc.property(someRatings, (ratings) => {
        const again = [...ratings.map((rating) => ({ ...rating, value: 99 })), ...ratings];
        expect(alphaOf(again, 'nominal')).toBe(alphaOf(ratings, 'nominal'));
      }),
    );
  });
});

describe('the bootstrap over units', () => {
  const ratings = ratingsOf([
    Array.from({ length: 60 }, (_, i) => i % 4),
    Array.from({ length: 60 }, (_, i) => (i % 5 === 0 ? (i + 1) % 4 : i % 4)),
    Array.from({ length: 60 }, (_, i) => (i % 7 === 0 ? (i + 2) % 4 : i % 4)),
  ]);
  const interval = (seed: number) => {
    const result = krippendorffAlpha(ratings, { metric: 'nominal', bootstrap: 500, seed });
    if (!result.ok || !result.value.interval) throw new Error('no interval');
    return result.value.interval;
  };

  it('is the same with the same seed, another with another, and holds the estimate', () => {
    expect(interval(3)).toEqual(interval(3));
    expect(interval(4)).not.toEqual(interval(3));
    const { low, high, replicates } = interval(3);
    expect(low).toBeLessThan(alphaOf(ratings, 'nominal'));
    expect(high).toBeGreaterThan(alphaOf(ratings, 'nominal'));
    expect(replicates).toBe(500);
  });

  it('leaves out replicates of one category, which have no α', () => {
    const rare = ratingsOf([
      [1, 1, 1, 2],
      [1, 1, 1, 1],
    ]);
    const result = krippendorffAlpha(rare, { metric: 'nominal', bootstrap: 200 });
    expect(result.ok && result.value.interval!.replicates).toBeGreaterThan(50);
    expect(result.ok && result.value.interval!.replicates).toBeLessThan(200);
  });
});

describe('over time', () => {
  // All agree in the first ten units, nobody in the last ten; the ratings of a unit lie far apart.
  const ratings = Array.from({ length: 20 }, (_, unit) => [0, 1].map((rater) => ({ unit: `u${unit}`, rater: `r${rater}`, at: unit + 100 * rater, value: unit < 10 || rater === 0 ? unit % 2 : 1 - (unit % 2) }))).flat(); // prettier-ignore

  it('shows agreement in windows, and says where a window has none', () => {
    const result = alphaOverTime(ratings.toReversed(), { metric: 'nominal', windows: 2 });
    expect(result).toMatchObject({
      ok: true,
      value: [
        { from: 100, to: 109, alpha: { ok: true, value: { alpha: 1, units: 10 } } },
        { from: 110, to: 119 },
      ],
    });
    expect(result.ok && result.value[1]!.alpha.ok && result.value[1]!.alpha.value.alpha).toBeLessThan(0);
    const single = alphaOverTime(ratings, { metric: 'nominal', windows: 20 });
    expect(single.ok && single.value[0]!.alpha).toMatchObject({ ok: false, code: 'one-category' });
    expect(alphaOverTime(ratings, { metric: 'nominal', windows: 21 })).toMatchObject({ ok: false, code: 'too-few' });
  });
});

describe('what cannot be computed says why', () => {
  test.each([
    ['no ratings', [], 'no-data', 'there are no ratings'],
    ['one rater', ratingsOf([[1, 2]]), 'one-rater', 'there is only one rater'],
    ['no overlap', ratingsOf([[1, null], [null, 2]]), 'no-overlap', 'no unit was rated by two people: 2 raters, 2 units, one rating each'], // prettier-ignore
    ['one category', ratingsOf([[1, 1], [1, 1]]), 'one-category', 'every rating is 1: agreement cannot be told from chance'], // prettier-ignore
  ])('%s', (_, ratings, code, reason) => {
    expect(krippendorffAlpha(ratings, { metric: 'ordinal' })).toMatchObject({ ok: false, code, reason });
  });

  test('words on a scale of numbers', () => {
    const words = ratingsOf([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(krippendorffAlpha(words, { metric: 'interval' })).toMatchObject({ ok: false, code: 'not-ordered' });
    expect(krippendorffAlpha(words, { metric: 'ordinal', order: ['a'] })).toMatchObject({ ok: false, code: 'not-ordered' });
  });
});
