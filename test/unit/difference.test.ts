import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf, type Piece } from '@/app/(work)/compare/difference';

const only = (pieces: Piece[]) => pieces.filter(({ isOnlyHere }) => isOnlyHere).map(({ text }) => text);
const marked = (left: string, right: string) => {
  const difference = differenceOf(left, right)!;
  return [only(difference.left), only(difference.right)];
};

describe('the difference of two texts', () => {
  it.each([
    [
      'words',
      'The red lamp is on.',
      'The blue lamp is off.',
      [
        ['red', 'on'],
        ['blue', 'off'],
      ],
    ],
    ['runs of words', 'We send a new one today.', 'We send it today.', [['a new one'], ['it']]],
    ['punctuation', 'Yes, now.', 'Yes now!', [[',', '.'], ['!']]],
    ['nothing but spaces', 'a  b\n\nc ', ' a b c', [[], []]],
    ['signs of a script without spaces', '我喜欢猫', '我喜欢狗', [['猫'], ['狗']]],
    ['emoji as a whole', 'ok 👩‍🚒', 'ok 👩‍🔬', [['👩‍🚒'], ['👩‍🔬']]],
    ['words with marks', 'שָׁלוֹם לך', 'שָׁלוֹם לכם', [['לך'], ['לכם']]],
    ['apostrophes', "I don't know", 'I do know', [["don't"], ['do']]],
    ['an empty text', '', 'all of it', [[], ['all of it']]],
    ['a very long word', `${'x'.repeat(10_000)} a`, `${'x'.repeat(10_000)} b`, [['a'], ['b']]],
  ])('marks %s', (_, left, right, expected) => expect(marked(left, right)).toEqual(expected));

  it('says every character of both texts, in order', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }), (left, right) => {
        const difference = differenceOf(left, right)!;
        const all = (pieces: Piece[]) => pieces.map(({ text }) => text).join('');
        expect([all(difference.left), all(difference.right)]).toEqual([left, right]);
        if (left === right) expect(only(difference.left)).toEqual([]);
      }),
    ));

  it('compares 100 kB that are much the same, and gives up on what has little in common', () => {
    const words = (seed: number) => Array.from({ length: 17_000 }, (_, i) => `w${(i * seed) % 9973}`);
    const left = words(7);
    const right = left.map((word, i) => (i % 100 === 0 ? `${word}x` : word));
    expect(left.join(' ').length).toBeGreaterThan(90_000);
    expect(only(differenceOf(left.join(' '), right.join(' '))!.right)).toHaveLength(170);
    expect(differenceOf(left.join(' '), words(11).join(' '))).toBeNull();
  });
});
