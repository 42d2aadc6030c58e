/**
 * Brings a database to the newest schema. Any number of processes may call it at once: an advisory lock lets one work and
 * the others find nothing left to do.
 */
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** The same from here and from the bundle in .build/. */
const migrationsFolder = fileURLToPath(new URL('../db/migrations', import.meta.url));
/** Any number nobody else takes a lock on: "heed" in ASCII. */
const lockKey = 0x68656564;

export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await applyMigrations(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
}
