import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDue, neededOf, quizState } from '@/lib/quality/quiz';

const attempt = { items: 5, passShare: 0.8, isPassed: false, asked: 0, right: 0, open: 0, left: 10 };
const state = (of: Partial<typeof attempt>) => quizState({ ...attempt, ...of });

describe('the entrance quiz', () => {
  it('asks as many as the project says, one after the other, and waits for the last answers', () => {
    expect(state({})).toEqual({ type: 'ask', asked: 0, of: 5 });
    expect(state({ asked: 3, open: 1, left: 6 })).toEqual({ type: 'ask', asked: 3, of: 5 });
    expect(state({ asked: 3, open: 2, left: 5 })).toEqual({ type: 'waiting', asked: 3, of: 5 });
  });

  it('is passed at the share and not below it', () => {
    expect(state({ asked: 5, right: 4, left: 5 })).toEqual({ type: 'passed' });
    expect(state({ asked: 5, right: 3, left: 5 })).toEqual({ type: 'failed', asked: 5, right: 3, needed: 4 });
  });

  it('asks what there is where there is less, and nobody where there is nothing', () => {
    expect(state({ asked: 1, left: 1 })).toEqual({ type: 'ask', asked: 1, of: 2 });
    expect(state({ asked: 2, right: 2, left: 0 })).toEqual({ type: 'passed' });
    expect(state({ left: 0 })).toEqual({ type: 'qualified' });
    expect(state({ items: 0 })).toEqual({ type: 'qualified' });
    expect(state({ isPassed: true })).toEqual({ type: 'qualified' });
  });

  it('needs a whole number of pairs, whatever floating point makes of the share', () => {
    expect(neededOf(10, 0.7)).toBe(7);
    expect(neededOf(3, 0.8)).toBe(3);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100 }), (asked, hundredths) => {
        expect(neededOf(asked, hundredths / 100)).toBe(Math.ceil((asked * hundredths) / 100));
      }),
    );
  });
});

describe('gold', () => {
  /** Which of a person's comparisons, counted from 1, are gold. */
  const placesOfGold = (share: number, count: number): number[] => {
    let since = 0;
    return Array.from({ length: count }, (_, i) => i + 1).filter(() => {
      const isGold = isDue(share, since);
      since = isGold ? 0 : since + 1;
      return isGold;
    });
  };

  it('is every so many-th, and none where the share is 0', () => {
    expect(placesOfGold(0.25, 12)).toEqual([4, 8, 12]);
    expect(placesOfGold(0.5, 6)).toEqual([2, 4, 6]);
    expect(placesOfGold(0.1, 25)).toEqual([10, 20]);
    expect(placesOfGold(0, 100)).toEqual([]);
  });
});
