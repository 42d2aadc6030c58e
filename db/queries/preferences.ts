import { and, eq } from 'drizzle-orm';
import type { Db } from '../client';
import { preferences } from '../schema/labels';

export type NewPreference = typeof preferences.$inferInsert;

export async function findPreferenceByKey(db: Db, userId: string, idempotencyKey: string) {
  const [row] = await db
    .select({ id: preferences.id, leaseId: preferences.leaseId })
    .from(preferences)
    .where(and(eq(preferences.userId, userId), eq(preferences.idempotencyKey, idempotencyKey)));
  return row;
}

/** @throws a unique violation when this person has judged this task */
export async function insertPreference(db: Db, row: NewPreference): Promise<string> {
  const [inserted] = await db.insert(preferences).values(row).returning({ id: preferences.id });
  return inserted!.id;
}
