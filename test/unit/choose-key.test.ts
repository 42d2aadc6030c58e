import { expect, test } from 'vitest';
import { chosenKeys, findTaken, isKey } from '@/app/(work)/choose-key';

const skip = { key: 's', does: 'Skip' };
const flag = { key: 'f', does: 'Flag' };

test('a key is one sign that can be seen', () => {
  for (const key of ['a', '7', '?', 'ß', 'ж', '語']) expect(isKey(key), key).toBe(true);
  for (const key of ['', ' ', 'enter', 'arrowup', '\t', 'ab']) expect(isKey(key), key).toBe(false);
});

test('a key is taken by who has it now, not by who had it', () => {
  expect(findTaken([skip, flag], {}, skip, 'f')).toBe(flag);
  expect(findTaken([skip, flag], {}, skip, 's')).toBeUndefined();
  expect(findTaken([skip, flag], { f: 'x' }, skip, 'f')).toBeUndefined();
  expect(findTaken([skip, flag], { f: 'x' }, skip, 'x')).toBe(flag);
});

test('what is back at its default is not named', () => {
  expect(chosenKeys({}, ['s', 'f'], ['f', 's'])).toEqual({ s: 'f', f: 's' });
  expect(chosenKeys({ s: 'f', f: 's' }, ['s', 's'], ['f', 'f'])).toEqual({});
});
