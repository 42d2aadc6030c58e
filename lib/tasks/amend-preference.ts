/** Changes a judgement: the same pair, seen with the same sides, judged anew. */
import { z } from 'zod';
import { realignEditPairs } from '@/db/queries/edits';
import { findPreferenceByKey, insertPreference, lockPreference } from '@/db/queries/preferences';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import { amendAnswer } from './amend-answer';
import type { SubmitResult } from './claim';
import { preferenceAnswerSchema, toVerdict } from './submit-preference';

export const preferenceAmendmentSchema = preferenceAnswerSchema.refine((answer) => answer.edited === undefined, {
  path: ['edited'],
  error: 'Change the edited text itself: POST /demonstrations/:id/amend.',
});
const amendPreferenceSchema = z.object({ preferenceId: z.uuid() }).and(preferenceAmendmentSchema);

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
    insert: async (tx, given, settings) => {
      if (given.demonstrationId || given.rankingId) throw refusal('follows-from-another');
      const { projectId, taskId, leaseId, userId, promptId, responseAId, responseBId, standing } = given;
      const { isSwapped, scalePoints } = given;
      const aspects = [...settingsOf(settings).aspects, ...Object.keys(given.aspects)];
      const verdict = toVerdict(answer, { isSwapped, scalePoints, aspects });
      const kept = { projectId, taskId, leaseId, userId, promptId, responseAId, responseBId, standing };
      const newId = await insertPreference(tx, { ...verdict, ...kept, supersedesId: given.id });
      if (leaseId) await realignEditPairs(tx, { preferenceId: newId, leaseId });
      return newId;
    },
  });
  return { preferenceId: id, status };
}
