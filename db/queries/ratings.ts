/** Judgements of one response, aspect by aspect. */
import { and, eq } from 'drizzle-orm';
import type { Db } from '../client';
import { ratings } from '../schema/labels';
import { projects } from '../schema/projects';

export async function findRatingByKey(db: Db, userId: string, idempotencyKey: string) {
  const [row] = await db
    .select({ id: ratings.id, leaseId: ratings.leaseId, supersedesId: ratings.supersedesId, standing: ratings.standing })
    .from(ratings)
    .where(and(eq(ratings.userId, userId), eq(ratings.idempotencyKey, idempotencyKey)));
  return row;
}

/** The person's own, with what deciding about its amendment needs. */
export async function lockRating(db: Db, id: string, userId: string) {
  const [row] = await db
    .select({ given: ratings, settings: projects.settings })
    .from(ratings)
    .innerJoin(projects, eq(projects.id, ratings.projectId))
    .where(and(eq(ratings.id, id), eq(ratings.userId, userId)))
    .for('no key update', { of: ratings });
  return row;
}

/** @throws a unique violation when this person has rated this task, or amended this rating */
export async function insertRating(db: Db, row: typeof ratings.$inferInsert): Promise<string> {
  const [inserted] = await db.insert(ratings).values(row).returning({ id: ratings.id });
  return inserted!.id;
}
