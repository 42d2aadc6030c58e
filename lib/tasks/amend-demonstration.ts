/** Changes a response that a person wrote. The old text stays where it was, superseded. */
import { z } from 'zod';
import { findDemonstrationByKey, insertDemonstration, lockDemonstration } from '@/db/queries/demonstrations';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { amendAnswer } from './amend-answer';
import type { SubmitDemonstrationResult } from './claim';
import { demonstrationAnswerSchema } from './submit-demonstration';

export const amendDemonstrationSchema = demonstrationAnswerSchema.extend({ demonstrationId: z.uuid() });

/** @throws HeedError as amendAnswer does */
export async function amendDemonstration(
  actor: Actor,
  input: z.input<typeof amendDemonstrationSchema>,
): Promise<SubmitDemonstrationResult> {
  mustBeAble(actor, 'task.work');
  const { demonstrationId, ...answer } = parse(amendDemonstrationSchema, input);
  const { id, status } = await amendAnswer(actor, {
    id: demonstrationId,
    idempotencyKey: answer.idempotencyKey,
    table: 'demonstrations',
    subject: 'demonstration',
    lock: lockDemonstration,
    find: findDemonstrationByKey,
    insert: async (tx, { id: supersedesId, projectId, taskId, leaseId, userId, promptId, standing }) =>
      (await insertDemonstration(tx, { ...answer, projectId, taskId, leaseId, userId, promptId, supersedesId, standing })).id,
  });
  return { demonstrationId: id, status };
}
