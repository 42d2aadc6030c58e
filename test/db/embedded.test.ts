import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureDatabase } from '@/db/embedded';
import { migrate } from '@/db/migrate';
import journal from '@/db/migrations/meta/_journal.json';
import { DatabaseUnavailableError } from '@/db/unavailable';

let folder: string;
let holders: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heed-embedded-'));
});
afterEach(async () => {
  delete process.env.DATABASE_URL;
  for (const holder of holders) holder.kill('SIGKILL');
  holders = [];
  await vi.waitFor(() => rmSync(folder, { recursive: true, force: true }), { timeout: 5000 });
});

/** Another process that uses the same database. */
async function hold(): Promise<{ process: ChildProcess; url: string }> {
  const holder = spawn(process.execPath, ['--import', 'tsx', 'test/support/hold-database.ts', folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holders.push(holder);
  const [url] = await once(holder.stdout!, 'data');
  return { process: holder, url: String(url).trim() };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
const isGone = (url: string) => vi.waitFor(() => expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED'), { timeout: 5000 });

test('cold start, stop, warm start: the data is still there, readable by nobody else', async () => {
  const cold = await ensureDatabase({ folder });
  await query(cold.url, 'create table kept (n int); insert into kept values (7)');
  await cold.stop();
  await isGone(cold.url);

  const warm = await ensureDatabase({ folder });
  expect(await query(warm.url, 'select n from kept')).toEqual([{ n: 7 }]);
  expect(statSync(path.join(folder, 'postgres/password')).mode & 0o777).toBe(0o600);
  expect(statSync(path.join(folder, 'postgres')).mode & 0o777).toBe(0o700);
  await warm.stop();
});

test('four starters at once on an empty folder share one server', async () => {
  const all = await Promise.all([hold(), hold(), hold(), hold()]);
  expect(new Set(all.map((one) => one.url)).size).toBe(1);
});

test('the server lives as long as anybody uses it, even when who started it is killed', async () => {
  const first = await hold();
  const second = await ensureDatabase({ folder });
  expect(second.url).toBe(first.url);
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await query(second.url, 'select 1 as up')).toEqual([{ up: 1 }]);
  await second.stop();
  await isGone(first.url);
});

test('the only user is killed: the server goes, and the next start finds the data', async () => {
  const owner = await hold();
  await query(owner.url, 'create table kept (n int); insert into kept values (7)');
  owner.process.kill('SIGKILL');
  await isGone(owner.url);
  const next = await ensureDatabase({ folder });
  expect(await query(next.url, 'select n from kept')).toEqual([{ n: 7 }]);
  await next.stop();
});

test('the server itself is killed: the next start recovers what was committed', async () => {
  const owner = await hold();
  await query(owner.url, 'create table kept (n int); insert into kept values (7)');
  const [{ pid }] = (await query(owner.url, `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid`)) as [
    { pid: number },
  ];
  process.kill(pid, 'SIGKILL');
  await isGone(owner.url);
  const next = await ensureDatabase({ folder });
  expect(await query(next.url, 'select n from kept')).toEqual([{ n: 7 }]);
  await next.stop();
});

test('five processes migrate an empty database at once', async () => {
  const database = await ensureDatabase({ folder });
  await Promise.all([1, 2, 3, 4, 5].map(() => migrate(database.url)));
  expect(await query(database.url, 'select count(*)::int as n from drizzle.__drizzle_migrations')).toEqual([{ n: journal.entries.length }]);
  await database.stop();
});

test('a database of another PostgreSQL version is left alone', async () => {
  await (await ensureDatabase({ folder })).stop();
  writeFileSync(path.join(folder, 'postgres/data/PG_VERSION'), '12\n');
  await expect(ensureDatabase({ folder })).rejects.toThrow(/written by PostgreSQL 12, but this Heed brings PostgreSQL \d+\. Go back/);
});

test('a data folder that cannot be written says so', async () => {
  const file = path.join(folder, 'a-file');
  writeFileSync(file, '');
  await expect(ensureDatabase({ folder: path.join(file, 'data') })).rejects.toThrow(/cannot be written .* HEED_DATA/);
});

test('DATABASE_URL that does not answer names host and remedy, never the password', async () => {
  process.env.DATABASE_URL = 'postgres://heed:s3cret@127.0.0.1:9/heed';
  const failure = await ensureDatabase({ folder }).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(DatabaseUnavailableError);
  expect((failure as Error).message).toMatch(/127\.0\.0\.1:9\/heed, which cannot be used: .*ECONNREFUSED.*Start that server/);
  expect((failure as Error).message).not.toContain('s3cret');
});
