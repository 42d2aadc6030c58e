import { afterAll, beforeAll, expect, test } from 'vitest';
import { readKeys, saveKeys } from '@/lib/people/keys';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson } from '../support/factory';

let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.drop());

test('keys are kept page by page, for one person', async () => {
  const [ada, grace] = [await makePerson(), await makePerson()];
  await Promise.all([
    saveKeys(ada, { page: 'compare', keys: { s: 'k', '1': 'ä' } }),
    saveKeys(ada, { page: 'demonstrate', keys: { s: 'x' } }),
  ]);
  expect(await readKeys(ada)).toEqual({ compare: { s: 'k', '1': 'ä' }, demonstrate: { s: 'x' } });
  await saveKeys(ada, { page: 'compare', keys: {} });
  expect(await readKeys(ada)).toEqual({ compare: {}, demonstrate: { s: 'x' } });
  expect(await readKeys(grace)).toEqual({});
});

test.each([
  ['one key for two things', { page: 'compare', keys: { s: 'k', f: 'k' } }],
  ['a key with a name', { page: 'compare', keys: { s: 'Escape' } }],
  ['a capital, which no press gives', { page: 'compare', keys: { s: 'K' } }],
  ['no key', { page: 'compare', keys: { s: '' } }],
  ['a blank', { page: 'compare', keys: { s: ' ' } }],
  ['something that is no page', { page: '../x', keys: { s: 'k' } }],
])('%s is not taken', async (_, input) => {
  await expect(saveKeys(await makePerson(), input)).rejects.toMatchObject({ code: 'invalid' });
});
