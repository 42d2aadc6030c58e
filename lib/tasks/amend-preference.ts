/** Changes a judgement: the same pair, seen with the same sides, judged anew. */
import { z } from 'zod';
import { findPreferenceByKey, insertPreference, lockPreference } from '@/db/queries/preferences';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { amendAnswer } from './amend-answer';
import type { SubmitResult } from './claim';
import { preferenceAnswerSchema, toVerdict } from './submit-preference';

export const amendPreferenceSchema = z.object({ preferenceId: z.uuid() }).and(preferenceAnswerSchema);

/** @throws HeedError as amendAnswer does */
export async function amendPreference(actor: Actor, input: z.input<typeof amendPreferenceSchema>): Promise<SubmitResult> {
  mustBeAble(actor, 'task.work');
  const { preferenceId, ...answer } = parse(amendPreferenceSchema, input);
  const { id, status } = await amendAnswer(actor, {
    id: preferenceId,
    idempotencyKey: answer.idempotencyKey,
    table: 'preferences',
    subject: 'preference',
    lock: lockPreference,
    find: findPreferenceByKey,
    insert: (
      tx,
      { id: supersedesId, projectId, taskId, leaseId, userId, promptId, responseAId, responseBId, isSwapped, scalePoints, standing },
    ) =>
      insertPreference(tx, {
        ...toVerdict(answer, { isSwapped, scalePoints }),
        projectId,
        taskId,
        leaseId,
        userId,
        promptId,
        responseAId,
        responseBId,
        supersedesId,
        standing,
      }),
  });
  return { preferenceId: id, status };
}
