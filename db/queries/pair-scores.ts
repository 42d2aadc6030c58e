import { eq } from 'drizzle-orm';
import type { Db } from '../client';
import { pairScores } from '../schema/training';

/** Rows of a statement, below what it may have of parameters. */
const rowsAtOnce = 1000;

/** In the place of all that the project has. */
export async function replacePairScores(db: Db, projectId: string, rows: (typeof pairScores.$inferInsert)[]): Promise<void> {
  await db.delete(pairScores).where(eq(pairScores.projectId, projectId));
  for (let from = 0; from < rows.length; from += rowsAtOnce) await db.insert(pairScores).values(rows.slice(from, from + rowsAtOnce));
}
