import { and, eq } from 'drizzle-orm';
import type { Db } from '../client';
import { demonstrations } from '../schema/labels';
import { responses } from '../schema/projects';

export async function findDemonstrationByKey(db: Db, userId: string, idempotencyKey: string) {
  const [row] = await db
    .select({ id: demonstrations.id, leaseId: demonstrations.leaseId })
    .from(demonstrations)
    .where(and(eq(demonstrations.userId, userId), eq(demonstrations.idempotencyKey, idempotencyKey)));
  return row;
}

export type NewDemonstration = Omit<typeof demonstrations.$inferInsert, 'responseId'> & { text: string };

/** The text becomes a response of its own. @throws a unique violation when this person has answered this task */
export async function insertDemonstration(db: Db, { text, ...row }: NewDemonstration): Promise<string> {
  const [response] = await db
    .insert(responses)
    .values({ projectId: row.projectId, promptId: row.promptId, text, origin: 'human' })
    .returning({ id: responses.id });
  const [inserted] = await db
    .insert(demonstrations)
    .values({ ...row, responseId: response!.id })
    .returning({ id: demonstrations.id });
  return inserted!.id;
}
