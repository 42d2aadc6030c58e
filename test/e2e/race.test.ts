/** A smaller version of `npm run bench:queue -- --race`. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database';
import { race } from '../load/race';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

it('collects exactly what every task asks for, from two web processes that are killed at random', async () => {
  const result = await race({ databaseUrl: database.url, claimers: 40, tasks: 400, processes: 2, poolSize: 8, seed: 1 });
  expect(result).toMatchObject({ tasks: 400, collected: result.wanted, wrong: 0, overAssigned: 0, lost: 0, doubled: 0 });
  expect(result.kills).toBeGreaterThan(0);
});
