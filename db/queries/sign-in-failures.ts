/** Attempts to sign in count as failed until they succeed, so that many at once count, too. */
import { and, inArray, lt, or, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { signInFailures } from '../schema/people';

/** Also sweeps what no window can see any more. Returns the ids, for taking the attempt back. */
export async function insertFailures(db: Db, keys: string[], windowSeconds: number): Promise<string[]> {
  await db.delete(signInFailures).where(lt(signInFailures.at, sql`now() - make_interval(secs => ${windowSeconds})`));
  const rows = await db
    .insert(signInFailures)
    .values(keys.map((key) => ({ key })))
    .returning({ id: signInFailures.id });
  return rows.map((row) => row.id);
}

/** Failures per key within the window. */
export async function countFailures(db: Db, keys: string[], windowSeconds: number): Promise<Map<string, number>> {
  const rows = await db
    .select({ key: signInFailures.key, count: sql<number>`count(*)::int` })
    .from(signInFailures)
    .where(and(inArray(signInFailures.key, keys), sql`${signInFailures.at} > now() - make_interval(secs => ${windowSeconds})`))
    .groupBy(signInFailures.key);
  return new Map(rows.map((row) => [row.key, row.count]));
}

/** Takes an attempt back, and all earlier ones under `keys`. */
export async function deleteFailures(db: Db, ids: string[], keys: string[] = []): Promise<void> {
  await db.delete(signInFailures).where(or(inArray(signInFailures.id, ids), inArray(signInFailures.key, keys)));
}
