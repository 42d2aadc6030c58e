import { expect, test } from 'vitest';
import { countText } from '@/app/(work)/count-text';

test.each([
  ['', 0, 0],
  [' \n ', 0, 0],
  [' We are sorry. ', 3, 13],
  ["Don't — or do!", 3, 14],
  ['👩‍🚒 ok', 1, 4],
  ['我喜欢猫。', 3, 5],
  ['السلام عليكم', 2, 12],
])('%j has %d words and %d characters', (text, words, characters) => expect(countText(text)).toEqual({ words, characters }));

test('a long text is counted by its spaces', () =>
  expect(countText('word '.repeat(20_000))).toEqual({ words: 20_000, characters: 99_999 }));
