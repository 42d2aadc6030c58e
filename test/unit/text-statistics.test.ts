import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinct, isRefusal } from '@/trainer/math/text-statistics';

describe('distinct-n', () => {
  it('counts n-grams within texts, not across', () => {
    expect(distinct([[1, 2, 1, 2]], 1)).toBe(2 / 4);
    expect(distinct([[1, 2, 1, 2]], 2)).toBe(2 / 3);
    expect(distinct([[1], [2]], 2)).toBe(0);
    // 1,2 twice and 2,3 once.
    expect(
      distinct(
        [
          [1, 2],
          [1, 2, 3],
        ],
        2,
      ),
    ).toBe(2 / 3);
  });

  it('is 1 where no token comes twice, and does not rise when texts are repeated', () =>
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(9), { minLength: 2 }), { minLength: 1 }), fc.constantFrom(1, 2), (texts, n) => {
        expect(distinct([...texts, ...texts], n)).toBeCloseTo(distinct(texts, n) / 2, 9);
      }),
    ));
});

describe('refusals', () => {
  it.each([
    'I can’t help with that.',
    "I'm sorry, but I cannot do this.",
    'Sorry, we are unable to refund it.',
    'As an AI language model, I have no opinions.',
    '  I won’t do that.',
    'Unfortunately I am not able to share it.',
  ])('%s', (text) => expect(isRefusal(text)).toBe(true));

  it.each([
    'I am sorry that your kettle is late. It will be there tomorrow.',
    'Sorry! Your lamp is on its way.',
    'You can’t miss it.',
    'I can help with that.',
    '',
    'Asan airport is closed.',
  ])('not: %s', (text) => expect(isRefusal(text)).toBe(false));
});
