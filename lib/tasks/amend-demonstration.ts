/** Changes a response that a person wrote. The old text stays where it was, superseded, and so do the pairs that it was one of. */
import { z } from 'zod';
import { findDemonstrationByKey, insertDemonstration, lockDemonstration } from '@/db/queries/demonstrations';
import { moveEditPairs } from '@/db/queries/edits';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { amendAnswer } from './amend-answer';
import type { SubmitDemonstrationResult } from './claim';
import { asReply, mustBeNew } from './edit-response';
import { demonstrationAnswerSchema } from './submit-demonstration';

const amendDemonstrationSchema = demonstrationAnswerSchema.extend({ demonstrationId: z.uuid() });

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
    insert: async (tx, { id: supersedesId, projectId, taskId, leaseId, userId, promptId, startedFromId, standing }) => {
      if (startedFromId) await mustBeNew(tx, answer.text, [startedFromId]);
      const text = await asReply(tx, promptId, answer.text);
      const row = { ...answer, text, projectId, taskId, leaseId, userId, promptId, startedFromId, supersedesId, standing };
      const { id } = await insertDemonstration(tx, row);
      await moveEditPairs(tx, supersedesId, id);
      return id;
    },
  });
  return { demonstrationId: id, status };
}
