import type { Db } from '../client';
import { skips } from '../schema/labels';

/** A second skip of the same task changes reason and flag. */
export async function upsertSkip(db: Db, skip: { userId: string; taskId: string; isFlagged: boolean; reason: string }): Promise<void> {
  const { isFlagged, reason } = skip;
  await db
    .insert(skips)
    .values(skip)
    .onConflictDoUpdate({ target: [skips.userId, skips.taskId], set: { isFlagged, reason } });
}
