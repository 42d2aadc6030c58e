import { and, eq, isNull } from 'drizzle-orm';
import type { Db } from '../client';
import { preferences } from '../schema/labels';
import { projects } from '../schema/projects';

export type NewPreference = typeof preferences.$inferInsert;

export async function findPreferenceByKey(db: Db, userId: string, idempotencyKey: string) {
  const [row] = await db
    .select({ id: preferences.id, leaseId: preferences.leaseId, supersedesId: preferences.supersedesId, standing: preferences.standing })
    .from(preferences)
    .where(and(eq(preferences.userId, userId), eq(preferences.idempotencyKey, idempotencyKey)));
  return row;
}

/** The person's own, with what deciding about its amendment needs. A pair of a ranking is amended with its ranking, not by itself. */
export async function lockPreference(db: Db, id: string, userId: string) {
  const [row] = await db
    .select({ given: preferences, settings: projects.settings })
    .from(preferences)
    .innerJoin(projects, eq(projects.id, preferences.projectId))
    .where(and(eq(preferences.id, id), eq(preferences.userId, userId), isNull(preferences.rankingId)))
    .for('no key update', { of: preferences });
  return row;
}

/** @throws a unique violation when this person has judged this task, or amended this judgement */
export async function insertPreference(db: Db, row: NewPreference): Promise<string> {
  const [inserted] = await db.insert(preferences).values(row).returning({ id: preferences.id });
  return inserted!.id;
}
