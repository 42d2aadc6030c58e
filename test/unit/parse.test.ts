import { expect, test } from 'vitest';
import { z } from 'zod';
import { parse } from '@/lib/parse';

const schema = z.object({ name: z.string(), list: z.array(z.record(z.string(), z.string())).default([]) });
const problems = (input: unknown) => {
  try {
    parse(schema, input);
  } catch (error) {
    return (error as { details: { fields: unknown } }).details.fields;
  }
};

test('what is absent is missing', () => {
  expect(problems({})).toEqual({ name: 'This is missing.' });
  expect(problems({ name: 1 })).toEqual({ name: 'Invalid input: expected string, received number' });
});

test('a text that the database cannot store is named by its place', () => {
  expect(parse(schema, { name: 'a\n\u0001' })).toEqual({ name: 'a\n\u0001', list: [] });
  expect(problems({ name: 'a\0' })).toEqual({ name: 'Contains the character U+0000.' });
  expect(problems({ name: 'a', list: [{ b: 'c' }, { b: 'c\0' }] })).toEqual({ 'list.1.b': 'Contains the character U+0000.' });
  expect(problems({ name: 'a', list: [{ 'b\0': 'c' }] })).toEqual({ 'list.0': 'Contains the character U+0000.' });
});
