/**
 * Takes a judgement of a pair. What a person saw on the left or right is turned into A and B here. With a better version of the chosen
 * response come a demonstration and two pairs more: edited > chosen, edited > rejected. Sending the same answer twice, even at once, makes
 * all of that once.
 */
import { z } from 'zod';
import { scales } from '@/db/enums';
import { db } from '@/db/client';
import { findDemonstrationByKey } from '@/db/queries/demonstrations';
import { findPreferenceByKey, insertPreference } from '@/db/queries/preferences';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { comparisonSettingsOf } from '@/lib/projects/settings';
import { responseTextSchema } from '@/lib/prompts/text';
import { checkAnswer } from '@/lib/quality/check-answer';
import type { SubmitResult } from './claim';
import { asReply, insertEdit } from './edit-response';
import { maxGrade } from './scale';
import { submitAnswer } from './submit-answer';

export const preferenceAnswerSchema = z
  .object({
    idempotencyKey: z.string().min(8).max(100),
    /** Positive: the LEFT response is better. */
    grade: z.number().int(),
    /** The scale that the person saw, where it is not the project's any more: an answer that was kept offline is taken as it was given. */
    scalePoints: z.literal(scales).optional(),
    isBothBad: z.boolean().default(false),
    /** By the aspect's name, in the same terms as `grade`. */
    aspects: z.record(z.string(), z.number().int()).default({}),
    /** A better version of the response that is the better one. */
    edited: responseTextSchema.optional(),
    isFlagged: z.boolean().default(false),
    reason: z.string().trim().max(5000).default(''),
    secondsOnTask: z.number().min(0).max(1e6).transform(Math.round).optional(),
  })
  .refine((answer) => !answer.isBothBad || answer.grade === 0, { path: ['grade'], error: 'Both bad is a tie: send grade 0 with it.' })
  .refine((answer) => answer.edited === undefined || answer.grade !== 0, {
    path: ['edited'],
    error: 'Only the better of the two can be edited; a tie has none.',
  });
type PreferenceAnswer = z.output<typeof preferenceAnswerSchema>;

/** What was said of left and right, said of A and B. @throws HeedError invalid: not on the scale, or of aspects that the project has not */
export function toVerdict(
  { edited: _, ...answer }: PreferenceAnswer,
  shown: { isSwapped: boolean; scalePoints: number; aspects: string[] },
) {
  const scalePoints = answer.scalePoints ?? shown.scalePoints;
  const max = maxGrade(scalePoints);
  const turned = (grade: number, field: string): number => {
    if (Math.abs(grade) > max) throw refusal('off-scale', { scalePoints, max }, { field });
    return shown.isSwapped && grade !== 0 ? -grade : grade;
  };
  const aspects = Object.entries(answer.aspects).map(([name, grade]) => {
    if (!shown.aspects.includes(name)) throw refusal('no-such-aspect', { aspect: name, aspects: shown.aspects }, { field: 'aspects' });
    return [name, turned(grade, `aspects.${name}`)] as const;
  });
  return {
    ...answer,
    grade: turned(answer.grade, 'grade'),
    aspects: Object.fromEntries(aspects),
    scalePoints,
    isSwapped: shown.isSwapped,
  };
}

const submitPreferenceSchema = z.object({ leaseId: z.uuid() }).and(preferenceAnswerSchema);

/** @throws HeedError conflict with `details.reason` answered, skipped or reopened; invalid with unchanged */
export async function submitPreference(actor: Actor, input: z.input<typeof submitPreferenceSchema>): Promise<SubmitResult> {
  mustBeAble(actor, 'task.work');
  const { leaseId, ...answer } = parse(submitPreferenceSchema, input);
  const { idempotencyKey } = answer;
  const { id, status, standing } = await submitAnswer(actor, {
    leaseId,
    idempotencyKey,
    kind: 'compare',
    subject: 'preference',
    find: findPreferenceByKey,
    insert: async (tx, lease, standing) => {
      const { projectId, taskId, promptId, isSwapped, settings } = lease;
      const [responseAId, responseBId] = [lease.responseAId!, lease.responseBId!];
      const of = { projectId, leaseId, userId: actor.id, promptId, standing };
      const verdict = toVerdict(answer, { isSwapped, ...comparisonSettingsOf(settings) });
      const preferenceId = await insertPreference(tx, { ...verdict, ...of, taskId, responseAId, responseBId });
      if (answer.edited !== undefined) {
        const [chosen, rejected] = verdict.grade > 0 ? [responseAId, responseBId] : [responseBId, responseAId];
        const text = await asReply(tx, promptId, answer.edited);
        const demonstrationId = await insertEdit(tx, { ...of, idempotencyKey, text, startedFromId: chosen }, rejected);
        await audit(tx, actor, 'demonstration.submit', demonstrationId, { taskId, standing, startedFrom: chosen });
      }
      return preferenceId;
    },
  });
  const check = standing === 'check' ? await checkAnswer(id) : undefined;
  const result = { preferenceId: id, status, ...(check && { check }) };
  if (answer.edited === undefined) return result;
  return { ...result, demonstrationId: (await findDemonstrationByKey(db(), actor.id, idempotencyKey))?.id };
}
