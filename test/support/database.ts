/**
 * A migrated, empty database for one test file:
 *
 *     let database: TestDatabase;
 *     beforeAll(async () => { database = await testDatabase(); });
 *     afterAll(() => database.drop());
 */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { closeDatabase } from '@/db/client';
import { run, withDatabase } from './database-server';

export type TestDatabase = { url: string; drop(): Promise<void> };

/** Also sets DATABASE_URL, so that `db()` goes there. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('databaseServer');
  const name = `heed_test_${randomBytes(6).toString('hex')}`;
  await run(server.url, `create database ${name} template ${server.template}`);
  const url = withDatabase(server.url, name);
  await closeDatabase();
  process.env.DATABASE_URL = url;
  return {
    url,
    drop: async () => {
      await closeDatabase();
      await run(server.url, `drop database ${name} with (force)`);
    },
  };
}
