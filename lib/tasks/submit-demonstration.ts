/**
 * Takes a response that a person wrote, or made of a model's answer: then it is said to be better than that one, too. Sending it twice,
 * even at once, makes one row. The draft is gone afterwards.
 */
import { z } from 'zod';
import { findDemonstrationByKey, insertDemonstration } from '@/db/queries/demonstrations';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { responseTextSchema } from '@/lib/prompts/text';
import type { SubmitDemonstrationResult } from './claim';
import { asReply, insertEdit, startedFrom } from './edit-response';
import { submitAnswer } from './submit-answer';

export const demonstrationAnswerSchema = z.object({
  idempotencyKey: z.string().min(8).max(100),
  text: responseTextSchema,
  secondsOnTask: z.number().min(0).max(1e6).transform(Math.round).optional(),
});
/** `from`: the person started from the model's answer. */
export const firstDemonstrationSchema = demonstrationAnswerSchema.extend({ from: z.literal('model').nullable().default(null) });
const submitDemonstrationSchema = firstDemonstrationSchema.extend({ leaseId: z.uuid() });

/** @throws HeedError conflict as submitPreference does; the draft is kept then */
export async function submitDemonstration(
  actor: Actor,
  input: z.input<typeof submitDemonstrationSchema>,
): Promise<SubmitDemonstrationResult> {
  mustBeAble(actor, 'task.work');
  const { leaseId, from, ...answer } = parse(submitDemonstrationSchema, input);
  const { id, status } = await submitAnswer(actor, {
    leaseId,
    idempotencyKey: answer.idempotencyKey,
    kind: 'demonstrate',
    subject: 'demonstration',
    find: findDemonstrationByKey,
    insert: async (tx, lease, standing) => {
      const { projectId, taskId, promptId } = lease;
      const text = await asReply(tx, promptId, answer.text);
      const row = { ...answer, text, projectId, taskId, leaseId, userId: actor.id, promptId, standing };
      const startedFromId = startedFrom(lease, from);
      return startedFromId ? insertEdit(tx, { ...row, startedFromId }) : (await insertDemonstration(tx, row)).id;
    },
  });
  return { demonstrationId: id, status };
}
