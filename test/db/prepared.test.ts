/** Statements that come again and again are prepared; the answers are the same. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { db, pool, transaction } from '@/db/client';
import { testDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

it('prepares what comes again, and only that', async () => {
  const prepared = await transaction(async (tx) => {
    for (let i = 0; i < 20; i++) expect((await tx.execute(sql`select ${i}::int + 1 as next`)).rows).toEqual([{ next: i + 1 }]);
    for (let i = 1; i <= 20; i++) await tx.execute(sql`select ${sql.raw(Array(i).fill(1).join('+'))} + ${i}::int`);
    return (await tx.execute<{ statement: string }>(sql`select statement from pg_prepared_statements`)).rows;
  });
  expect(prepared).toEqual([{ statement: expect.stringContaining('as next') }]);
});

it('survives errors in between, other connections, and a change of what a table holds', async () => {
  const double = (n: unknown) => db().execute(sql`select 2 * ${n}::int as n`);
  for (let i = 0; i < 10; i++) await double(i);
  await expect(double('many')).rejects.toThrow();
  const many = await Promise.all(Array.from({ length: 30 }, (_, i) => double(i)));
  expect(many.map(({ rows }) => rows[0])).toEqual(Array.from({ length: 30 }, (_, i) => ({ n: 2 * i })));
  await pool().query('create table things (a int)');
  const count = () => db().execute(sql`select count(*)::int as n from things where a > ${0}`);
  for (let i = 0; i < 10; i++) await count();
  await pool().query('insert into things select generate_series(1, 5000)');
  await pool().query('create index on things (a)');
  await pool().query('alter table things add column b text');
  expect((await count()).rows).toEqual([{ n: 5000 }]);
});
