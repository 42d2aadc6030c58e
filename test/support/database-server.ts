/**
 * Once per run: a database server for tests (DATABASE_URL_TEST, else a built-in one in a temporary folder) and in it one
 * migrated database, the template that every test file copies.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { ensureDatabase } from '../../db/embedded';
import { migrate } from '../../db/migrate';

declare module 'vitest' {
  interface ProvidedContext {
    databaseServer: { url: string; template: string };
  }
}

/** A crash may lose a test's data; it saves half of the time. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heed-test-'));
  const url = process.env.DATABASE_URL_TEST;
  const server = url ? { url, stop: async () => {} } : await ensureDatabase({ folder, settings });
  const template = `heed_test_${process.pid}_${Date.now()}`;
  await run(server.url, `create database ${template}`);
  await migrate(withDatabase(server.url, template));
  project.provide('databaseServer', { url: server.url, template });
  return async () => {
    await run(server.url, `drop database ${template}`);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

export function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** One statement over a connection of its own: `create database` allows no transaction. */
export async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
