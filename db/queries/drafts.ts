/** Unsent text, one per person and task; it goes when the lease ends with an answer or a skip (leases.ts). */
import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { drafts } from '../schema/labels';

export type Draft = { text: string; revision: number; startedFromId: string | null };

export async function findDraft(db: Db, userId: string, taskId: string): Promise<Draft | undefined> {
  const [row] = await db
    .select({ text: drafts.text, revision: drafts.revision, startedFromId: drafts.startedFromId })
    .from(drafts)
    .where(and(eq(drafts.userId, userId), eq(drafts.taskId, taskId)));
  return row;
}

/** Writes over `revision` and no other. Null: somebody (another tab) was faster. */
export async function upsertDraft(
  db: Db,
  draft: { userId: string; taskId: string; text: string; revision: number; startedFromId: string | null },
): Promise<number | null> {
  const [row] = await db
    .insert(drafts)
    .values({ ...draft, revision: draft.revision + 1 })
    .onConflictDoUpdate({
      target: [drafts.userId, drafts.taskId],
      set: { text: draft.text, startedFromId: draft.startedFromId, revision: sql`${drafts.revision} + 1`, updatedAt: sql`now()` },
      setWhere: eq(drafts.revision, draft.revision),
    })
    .returning({ revision: drafts.revision });
  return row?.revision ?? null;
}
