import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chosenKeys, findTaken, inheritedKeys, isKey } from '@/app/(work)/choose-key';

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

test('a page takes over the keys that its actions have on another page', () => {
  expect(inheritedKeys(['1', 'z', 'j'], { 1: 'a', s: 'x', z: 'u' })).toEqual({ 1: 'a', z: 'u' });
  // What is taken makes way, along the whole row of those who have moved.
  expect(inheritedKeys(['1', '2', 'j'], { 1: 'j' })).toEqual({ 1: 'j', j: '1' });
  expect(inheritedKeys(['1', '2', 'j'], { 1: 'j', 2: '1' })).toEqual({ 1: 'j', 2: '1', j: '2' });
});

test('no two actions share a key that was taken over', () => {
  const signs = ['1', '2', '3', 'd', 'j', 'k', 'r', 'z'];
  const someOf = fc.uniqueArray(fc.constantFrom(...signs));
  fc.assert(
    fc.property(someOf, someOf, fc.shuffledSubarray(signs, { minLength: signs.length }), (here, there, keys) => {
      const chosen = inheritedKeys(here, Object.fromEntries(there.map((key, i) => [key, keys[i]!])));
      const all = here.map((key) => chosen[key] ?? key);
      expect(new Set(all).size).toBe(all.length);
    }),
  );
});
