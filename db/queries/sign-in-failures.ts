import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { signInFailures } from '../schema/people';

/** Failures per key within the window. */
export async function countFailures(db: Db, keys: string[], windowSeconds: number): Promise<Map<string, number>> {
  const rows = await db
    .select({ key: signInFailures.key, count: sql<number>`count(*)::int` })
    .from(signInFailures)
    .where(and(inArray(signInFailures.key, keys), sql`${signInFailures.at} > now() - make_interval(secs => ${windowSeconds})`))
    .groupBy(signInFailures.key);
  return new Map(rows.map((row) => [row.key, row.count]));
}

/** Also sweeps what no window can see any more. */
export async function insertFailures(db: Db, keys: string[], windowSeconds: number): Promise<void> {
  await db.delete(signInFailures).where(lt(signInFailures.at, sql`now() - make_interval(secs => ${windowSeconds})`));
  await db.insert(signInFailures).values(keys.map((key) => ({ key })));
}

export async function deleteFailures(db: Db, key: string): Promise<void> {
  await db.delete(signInFailures).where(eq(signInFailures.key, key));
}
