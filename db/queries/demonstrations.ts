import { and, eq } from 'drizzle-orm';
import type { Db } from '../client';
import { demonstrations } from '../schema/labels';
import { projects, responses } from '../schema/projects';

export async function findDemonstrationByKey(db: Db, userId: string, idempotencyKey: string) {
  const [row] = await db
    .select({
      id: demonstrations.id,
      leaseId: demonstrations.leaseId,
      supersedesId: demonstrations.supersedesId,
      standing: demonstrations.standing,
    })
    .from(demonstrations)
    .where(and(eq(demonstrations.userId, userId), eq(demonstrations.idempotencyKey, idempotencyKey)));
  return row;
}

/** The person's own, with what deciding about its amendment needs. */
export async function lockDemonstration(db: Db, id: string, userId: string) {
  const [row] = await db
    .select({ given: demonstrations, settings: projects.settings })
    .from(demonstrations)
    .innerJoin(projects, eq(projects.id, demonstrations.projectId))
    .where(and(eq(demonstrations.id, id), eq(demonstrations.userId, userId)))
    .for('no key update', { of: demonstrations });
  return row;
}

export type NewDemonstration = Omit<typeof demonstrations.$inferInsert, 'responseId'> & { text: string };

/** The text becomes a response of its own. @throws a unique violation when this person has answered this task, or amended this response */
export async function insertDemonstration(db: Db, { text, ...row }: NewDemonstration): Promise<{ id: string; responseId: string }> {
  const [response] = await db
    .insert(responses)
    .values({ projectId: row.projectId, promptId: row.promptId, text, origin: 'human' })
    .returning({ id: responses.id });
  const [inserted] = await db
    .insert(demonstrations)
    .values({ ...row, responseId: response!.id })
    .returning({ id: demonstrations.id, responseId: demonstrations.responseId });
  return inserted!;
}
