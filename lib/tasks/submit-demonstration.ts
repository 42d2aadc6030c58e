/** Takes a response that a person wrote. Sending it twice, even at once, makes one row. The draft is gone afterwards. */
import { z } from 'zod';
import { findDemonstrationByKey, insertDemonstration } from '@/db/queries/demonstrations';
import { deleteDraft } from '@/db/queries/drafts';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { responseTextSchema } from '@/lib/prompts/text';
import type { SubmitDemonstrationResult } from './claim';
import { submitAnswer } from './submit-answer';

export const demonstrationAnswerSchema = z.object({
  idempotencyKey: z.string().min(8).max(100),
  text: responseTextSchema,
  secondsOnTask: z.number().min(0).max(1e6).transform(Math.round).optional(),
});
export const submitDemonstrationSchema = demonstrationAnswerSchema.extend({ leaseId: z.uuid() });

/** @throws HeedError conflict as submitPreference does; the draft is kept then */
export async function submitDemonstration(
  actor: Actor,
  input: z.input<typeof submitDemonstrationSchema>,
): Promise<SubmitDemonstrationResult> {
  mustBeAble(actor, 'task.work');
  const { leaseId, ...answer } = parse(submitDemonstrationSchema, input);
  const { id, status } = await submitAnswer(actor, {
    leaseId,
    idempotencyKey: answer.idempotencyKey,
    kind: 'demonstrate',
    subject: 'demonstration',
    find: findDemonstrationByKey,
    insert: async (tx, { projectId, taskId, promptId }, standing) => {
      await deleteDraft(tx, actor.id, taskId);
      return (await insertDemonstration(tx, { ...answer, projectId, taskId, leaseId, userId: actor.id, promptId, standing })).id;
    },
  });
  return { demonstrationId: id, status };
}
