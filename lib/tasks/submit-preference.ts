/**
 * Takes a judgement of a pair. What a person saw on the left or right is turned into A and B here. Sending the same answer
 * twice, even at once, makes one row.
 */
import { z } from 'zod';
import { findPreferenceByKey, insertPreference } from '@/db/queries/preferences';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import type { SubmitResult } from './claim';
import { submitAnswer } from './submit-answer';

export const preferenceAnswerSchema = z
  .object({
    idempotencyKey: z.string().min(8).max(100),
    /** Positive: the LEFT response is better. */
    grade: z.number().int().min(-3).max(3),
    isBothBad: z.boolean().default(false),
    isFlagged: z.boolean().default(false),
    reason: z.string().trim().max(5000).default(''),
    secondsOnTask: z.number().min(0).max(1e6).transform(Math.round).optional(),
  })
  .refine((answer) => !answer.isBothBad || answer.grade === 0, { path: ['grade'], error: 'Both bad is a tie: send grade 0 with it.' });
type PreferenceAnswer = z.output<typeof preferenceAnswerSchema>;

/** What was said of left and right, said of A and B. */
export const toVerdict = ({ grade, ...answer }: PreferenceAnswer, isSwapped: boolean) => ({
  ...answer,
  grade: isSwapped && grade !== 0 ? -grade : grade,
  isSwapped,
});

export const submitPreferenceSchema = z.object({ leaseId: z.uuid() }).and(preferenceAnswerSchema);

/** @throws HeedError conflict with `details.reason` answered, skipped or reopened */
export async function submitPreference(actor: Actor, input: z.input<typeof submitPreferenceSchema>): Promise<SubmitResult> {
  mustBeAble(actor, 'task.work');
  const { leaseId, ...answer } = parse(submitPreferenceSchema, input);
  const { id, status } = await submitAnswer(actor, {
    leaseId,
    idempotencyKey: answer.idempotencyKey,
    kind: 'compare',
    subject: 'preference',
    find: findPreferenceByKey,
    insert: (tx, { projectId, taskId, promptId, responseAId, responseBId, isSwapped }, standing) =>
      insertPreference(tx, {
        ...toVerdict(answer, isSwapped),
        standing,
        projectId,
        taskId,
        leaseId,
        userId: actor.id,
        promptId,
        responseAId: responseAId!,
        responseBId: responseBId!,
      }),
  });
  return { preferenceId: id, status };
}
