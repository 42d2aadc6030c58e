/** What is said of single annotators: repeating themselves, biases, agreement with others and a reward model, drift. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { lengthBias, positionBias, type LengthAnswer, type Side } from '@/lib/agreement/bias';
import { drift } from '@/lib/agreement/drift';
import { againstOthers, agreementByRater } from '@/lib/agreement/others';
import type { Rating } from '@/lib/agreement/ratings';
import { testRetest } from '@/lib/agreement/test-retest';
import { percentAgreement } from '@/lib/agreement/percent-agreement';

const times = <T>(n: number, item: T): T[] => Array.from({ length: n }, () => item);
const rate = (unit: string, rater: string, value: string): Rating => ({ unit, rater, value });

describe('test–retest', () => {
  it('compares each answer with the same person’s answer before it', () => {
    const ratings = [
      rate('1', 'a', 'left'), rate('1', 'b', 'left'), rate('2', 'a', 'tie'),
      rate('1', 'a', 'left'), rate('2', 'a', 'right'), rate('1', 'b', 'right'), rate('1', 'a', 'left'),
    ]; // prettier-ignore
    const result = testRetest(ratings);
    expect(result).toMatchObject({ ok: true, value: { share: 0.5, repeats: 4, kappa: { ok: true } } });
    expect(result.ok && result.value.raters.map(({ rater, share, repeats }) => [rater, share, repeats])).toEqual([['a', 2 / 3, 3], ['b', 0, 1]]); // prettier-ignore
  });

  it('says so where nobody saw a unit twice', () => {
    expect(testRetest([rate('1', 'a', 'left'), rate('1', 'b', 'left')])).toMatchObject({
      ok: false,
      code: 'no-overlap',
      reason: 'nobody rated a unit twice',
    });
  });
});

describe('position bias', () => {
  it('is seen in somebody who always answers left', () => {
    expect(positionBias(times<Side>(12, 'left'))).toEqual({
      ok: true,
      value: { share: 1, low: expect.closeTo(0.7575, 4), high: 1, p: expect.closeTo(2 ** -11, 9), decided: 12, ties: 0 },
    });
  });

  it('mirrors', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Side>('left', 'right', 'tie'), { minLength: 1 }), (answers) => {
        const result = positionBias(answers);
        const mirrored = positionBias(answers.map((side): Side => (side === 'left' ? 'right' : side === 'right' ? 'left' : 'tie')));
        if (!result.ok || !mirrored.ok) {
          expect(answers.every((side) => side === 'tie')).toBe(true);
          return;
        }
        expect(mirrored.value.share).toBeCloseTo(1 - result.value.share, 12);
        expect(mirrored.value.p).toBeCloseTo(result.value.p, 12);
        expect(mirrored.value.low).toBeCloseTo(1 - result.value.high, 12);
      }),
    );
  });

  test('ties alone, nothing', () => {
    expect(positionBias(['tie'])).toMatchObject({ ok: false, code: 'one-category' });
    expect(positionBias([])).toMatchObject({ ok: false, code: 'no-data' });
  });
});

describe('length bias', () => {
  const answer = (side: Side, leftLength: number, rightLength: number): LengthAnswer => ({ side, leftLength, rightLength });

  it('counts the longer one, leaves out ties and equal lengths', () => {
    const answers = [answer('left', 20, 10), answer('right', 20, 10), answer('right', 5, 10), answer('tie', 5, 10), answer('left', 10, 10)];
    const result = lengthBias(answers);
    expect(result).toMatchObject({ ok: true, value: { share: 2 / 3, decided: 3, ties: 1 } });
  });

  it('says what keeps the slope from being computed', () => {
    const slope = (answers: LengthAnswer[]) => {
      const result = lengthBias(answers);
      return result.ok && result.value.perDoubling;
    };
    expect(slope([answer('left', 20, 10), answer('left', 10, 20)])).toMatchObject({
      ok: false,
      code: 'one-category',
      reason: expect.stringContaining('left'),
    });
    expect(slope([answer('left', 20, 10), answer('right', 10, 20)])).toMatchObject({ ok: false, code: 'separated' });
    expect(slope([answer('left', 20, 10), answer('right', 20, 10)])).toMatchObject({ ok: false, code: 'collinear' });
    expect(lengthBias([answer('left', 3, 3)])).toMatchObject({ ok: false, code: 'no-data' });
  });
});

describe('each against the others', () => {
  const ratings = [
    rate('1', 'a', 'x'),
    rate('1', 'b', 'x'),
    rate('1', 'c', 'y'),
    rate('2', 'a', 'x'),
    rate('2', 'b', 'y'),
    rate('3', 'a', 'x'),
  ];

  it('shares agreement out', () => {
    expect(againstOthers(ratings).map(({ rating, agrees }) => [rating.unit + rating.rater, agrees])).toEqual([['1a', 0.5], ['1b', 0.5], ['1c', 0], ['2a', 0], ['2b', 0]]); // prettier-ignore
    expect(agreementByRater(ratings).map(({ rater, share, units }) => [rater, share, units])).toEqual([['a', 0.25, 2], ['b', 0.25, 2], ['c', 0, 1]]); // prettier-ignore
  });

  it('adds up to the agreement of all', () => {
    const some = fc.array(fc.record({ unit: fc.constantFrom('1', '2', '3'), rater: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.constantFrom('x', 'y') })); // prettier-ignore
    fc.assert(
      fc.property(some, (all) => {
        const entries = againstOthers(all);
        const agreement = percentAgreement(all);
        if (!agreement.ok) {
          expect(entries).toEqual([]);
          return;
        }
        const units = [...new Set(entries.map(({ rating }) => rating.unit))];
        const means = units.map((unit) => {
          const inUnit = entries.filter(({ rating }) => rating.unit === unit);
          return inUnit.reduce((sum, { agrees }) => sum + agrees, 0) / inUnit.length;
        });
        expect(means.reduce((a, b) => a + b, 0) / means.length).toBeCloseTo(agreement.value.share, 10);
      }),
    );
  });
});

describe('drift', () => {
  const answers = (shares: number[], n: number) =>
    shares.flatMap((share, window) => Array.from({ length: n }, (_, i) => ({ at: window * 100 + i, agrees: Number(i < share * n) })));

  it('shows the windows, and a trend where there is one', () => {
    const falling = drift(answers([0.9, 0.8, 0.7, 0.6], 30), 4);
    expect(falling).toMatchObject({
      ok: true,
      value: { windows: [{ from: 0, to: 29, share: 0.9, answers: 30 }, {}, {}, { from: 300, share: 0.6 }] },
    });
    expect(falling.ok && falling.value.trend!.z).toBeLessThan(-2.5);
    expect(falling.ok && falling.value.trend!.p).toBeLessThan(0.01);
    const steady = drift(answers([0.8, 0.8, 0.8, 0.8], 30), 4);
    expect(steady.ok && steady.value.trend).toEqual({ z: expect.closeTo(0, 9), p: expect.closeTo(1, 9) });
  });

  it('needs answers, and some that differ for a trend', () => {
    expect(drift([])).toMatchObject({ ok: false, code: 'no-data' });
    expect(drift(answers([1], 9))).toMatchObject({
      ok: false,
      code: 'too-few',
      reason: '5 windows need at least 10 answers, and there are 9',
    });
    expect(drift(answers([1, 1], 10), 2)).toMatchObject({ ok: true, value: { trend: null } });
    expect(() => drift([], 1)).toThrow('two windows');
  });
});
