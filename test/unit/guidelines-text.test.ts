import { expect, test } from 'vitest';
import { passagesOf } from '@/app/components/guidelines-text';

test('examples are cut out of the text, in order, with their titles', () => {
  const text = 'Be kind.\n\n```example A good reply\n**Sorry.** A new one comes.\n```\n\nAnd:\n\n```example\nNo title\n```';
  expect(passagesOf(text)).toEqual([
    { text: 'Be kind.\n\n' },
    { text: '**Sorry.** A new one comes.', example: { title: 'A good reply' } },
    { text: '\n\nAnd:\n\n' },
    { text: 'No title', example: { title: '' } },
  ]);
});

test('code in an example, other fences, and an open fence stay what they are', () => {
  expect(passagesOf('````example\n```js\n1\n```\n````')).toEqual([{ text: '```js\n1\n```', example: { title: '' } }]);
  expect(passagesOf('```examples\nx\n```')).toEqual([{ text: '```examples\nx\n```' }]);
  expect(passagesOf('```example\nnever closed')).toEqual([{ text: '```example\nnever closed' }]);
  expect(passagesOf('')).toEqual([]);
});
