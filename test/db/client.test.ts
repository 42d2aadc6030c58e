import { eq, sql } from 'drizzle-orm';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { poolSizes, reserve, sumOf } from '@/bin/connections';
import { db, listen, pool, transaction } from '@/db/client';
import { isDatabaseOutage } from '@/db/outage';
import { connectionLimit } from '@/db/queries/health';
import { users } from '@/db/schema/people';
import { testDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const ada = { email: 'ada@example.org', name: 'Ada', role: 'admin' as const };

test('a fresh database has the tables and no rows', async () => {
  expect(await db().select().from(users)).toEqual([]);
});

test('a transaction that throws leaves nothing behind', async () => {
  await expect(
    transaction(async (tx) => {
      await tx.insert(users).values(ada);
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  expect(await db().select().from(users).where(eq(users.email, ada.email))).toEqual([]);
});

test('the processes of one Heed find room on this server, all together', async () => {
  const { rows } = await pool().query<{ max: number }>(`select current_setting('max_connections')::int as max`);
  const limit = await connectionLimit(db());
  expect(limit).toBeLessThan(rows[0]!.max);
  expect(sumOf(poolSizes(limit)) + reserve).toBeLessThanOrEqual(limit);
});

test('transactions that break at their start do not use up the pool', async () => {
  const cut = (client: pg.PoolClient) => (client as unknown as { connection: pg.Connection }).connection.stream.destroy();
  pool().on('acquire', cut);
  for (let i = 0; i < 2 * pool().options.max; i++) await expect(transaction(async () => {})).rejects.toSatisfy(isDatabaseOutage);
  pool().off('acquire', cut);
  expect(await transaction((tx) => tx.select().from(users))).toEqual([]);
});

test('a connection that is cut between two statements fails the transaction, not the process', async () => {
  const broken = transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await db().execute(sql`select pg_terminate_backend(${rows[0]!.pid})`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await tx.insert(users).values(ada);
  });
  await expect(broken).rejects.toSatisfy(isDatabaseOutage);
});

test('listen hears what a transaction sends, once it commits', async () => {
  const heard: (string | null)[] = [];
  const close = await listen('test_channel', (payload) => heard.push(payload));
  expect(heard).toEqual([null]);
  await transaction(async (tx) => {
    await tx.execute(sql`select pg_notify('test_channel', 'hello')`);
    expect(heard).toEqual([null]);
  });
  await vi.waitFor(() => expect(heard).toEqual([null, 'hello']));
  await close();
});

test('listen comes back after its connection was cut, and says so', async () => {
  const heard: (string | null)[] = [];
  const close = await listen('test_cut', (payload) => heard.push(payload));
  await db().execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%test_cut%' and pid <> pg_backend_pid()`,
  );
  await vi.waitFor(() => expect(heard).toEqual([null, null]), { timeout: 5000 });
  await db().execute(sql`select pg_notify('test_cut', 'again')`);
  await vi.waitFor(() => expect(heard).toEqual([null, null, 'again']));
  await close();
});
