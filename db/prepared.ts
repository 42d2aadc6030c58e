/**
 * Statements that come again and again get a name, so that a connection parses and plans each of them once, not at every call. PostgreSQL
 * still plans for the values at hand where that is much cheaper. What comes rarely, such as an insert of ever another number of
 * rows, stays without a name: a connection keeps what it has prepared for as long as it lives.
 */
import type pg from 'pg';

/** Calls before a statement gets its name. */
const calls = 5;
/** Statements that have one, and statements that are counted, at most. */
const most = { named: 256, counted: 2000 };
const longest = 10_000;

const counts = new Map<string, number>();
const names = new Map<string, string>();

/** Null: not (yet). */
function nameOf(text: string): string | null {
  const known = names.get(text);
  if (known) return known;
  if (text.length > longest || names.size >= most.named) return null;
  const count = (counts.get(text) ?? 0) + 1;
  if (count < calls) {
    if (counts.size >= most.counted) counts.clear();
    counts.set(text, count);
    return null;
  }
  counts.delete(text);
  const name = `repeated_${names.size}`;
  names.set(text, name);
  return name;
}

type Query = (config: unknown, values?: unknown, callback?: unknown) => unknown;

/** For a connection of the pool: names what is sent with values, as drizzle sends everything but `begin` and `commit`. */
export function prepareRepeated(client: pg.PoolClient): void {
  const send = client.query.bind(client) as Query;
  const query: Query = (config, values, callback) => {
    const { text, name } = (config ?? {}) as { text?: unknown; name?: unknown };
    const isNameable = typeof text === 'string' && name === undefined && Array.isArray(values) && values.length > 0;
    const given = isNameable ? nameOf(text) : null;
    return send(given ? { ...(config as object), name: given } : config, values, callback);
  };
  client.query = query as pg.PoolClient['query'];
}
