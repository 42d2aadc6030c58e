/**
 * The one way to the database for web, trainer and command line. The pool is made at first use, never at import: the web
 * build has no database. DATABASE_URL and HEED_POOL_SIZE are read here, not through lib/env.ts: db/ imports nothing of ours. It
 * lives on `globalThis`, because Next may load a module more than once in a process.
 */
import { drizzle, type NodePgDatabase, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { prepareRepeated } from './prepared';

/** What a query takes: the database, or a transaction in it. */
export type Db = PgDatabase<NodePgQueryResultHKT, Record<string, never>>;

type Connection = { pool: pg.Pool; db: NodePgDatabase };
const options = { casing: 'snake_case' } as const;
/** One for each connection of the pool: what drizzle has learned about the tables stays. */
const byClient = new WeakMap<pg.PoolClient, NodePgDatabase>();
const shared = globalThis as { heedDatabase?: Connection };

function connection(): Connection {
  return (shared.heedDatabase ??= open(databaseUrl()));
}

function open(connectionString: string): Connection {
  const pool = new pg.Pool({ connectionString, max: poolSize(), connectionTimeoutMillis: 10_000, keepAlive: true });
  // A connection that breaks must not end the process, be it idle or between two statements. The next one is a new one.
  pool.on('error', (error) => console.error(`database connection lost: ${error.message}`));
  pool.on('connect', (client) => {
    client.on('error', () => {});
    prepareRepeated(client);
  });
  return { pool, db: drizzle(pool, options) };
}

function poolSize(): number {
  const given = process.env.HEED_POOL_SIZE || '10';
  if (!/^[1-9]\d{0,2}$/.test(given))
    throw new Error(`The environment variable HEED_POOL_SIZE is wrong: "${given}" is not a number from 1 to 999.`);
  return Number(given);
}

function databaseUrl(): string {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set. Start Heed with `npm start`, which sets it for its processes.');
  return url;
}

export const pool = (): pg.Pool => connection().pool;
export const db = (): Db => connection().db;

/**
 * Commits when `fn` resolves, rolls back when it throws. Takes the connection out of the pool itself: drizzle would not give it
 * back when it breaks at `begin`, so that a few outages would use the pool up.
 */
export async function transaction<T>(fn: (tx: Db) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  try {
    if (!byClient.has(client)) byClient.set(client, drizzle(client, options));
    return await byClient.get(client)!.transaction(fn);
  } finally {
    client.release();
  }
}

/** Closes the pool; the next query would open a new one. */
export async function closeDatabase(): Promise<void> {
  const open = shared.heedDatabase;
  delete shared.heedDatabase;
  // Connections are still saying goodbye when this returns; that the server goes then is no loss.
  open?.pool.removeAllListeners('error').on('error', () => {});
  await open?.pool.end();
}

/**
 * Calls `fn` with the payload of every NOTIFY on `channel`, over a connection of its own that comes back by itself. Whatever
 * was sent while it was away is lost, so after each (re)connection `fn` is called with null: look for yourself.
 * Send with `select pg_notify(channel, payload)`. Resolves once the first connection listens.
 */
export async function listen(channel: string, fn: (payload: string | null) => void): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const connect = async () => {
    const fresh = new pg.Client({ connectionString: databaseUrl(), keepAlive: true });
    const onLoss = () => {
      if (fresh === client) connectLater();
    };
    fresh.on('error', onLoss).on('end', onLoss);
    fresh.on('notification', (message) => fn(message.payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await fresh.end().catch(() => {});
      throw error;
    }
    client = fresh;
    if (isClosed) await fresh.end();
    else fn(null);
  };
  const connectLater = () => {
    client = undefined;
    if (!isClosed) timer = setTimeout(() => connect().catch(connectLater), 1000);
  };

  await connect();
  return async () => {
    isClosed = true;
    clearTimeout(timer);
    await client?.end();
  };
}
