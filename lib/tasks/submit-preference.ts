/**
 * Takes a judgement of a pair. What a person saw on the left or right is turned into A and B here. Sending the same answer
 * twice, even at once, makes one row.
 */
import { z } from 'zod';
import { scales } from '@/db/enums';
import { findPreferenceByKey, insertPreference } from '@/db/queries/preferences';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { HeedError } from '@/lib/errors';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import type { SubmitResult } from './claim';
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
    isFlagged: z.boolean().default(false),
    reason: z.string().trim().max(5000).default(''),
    secondsOnTask: z.number().min(0).max(1e6).transform(Math.round).optional(),
  })
  .refine((answer) => !answer.isBothBad || answer.grade === 0, { path: ['grade'], error: 'Both bad is a tie: send grade 0 with it.' });
type PreferenceAnswer = z.output<typeof preferenceAnswerSchema>;

/** What was said of left and right, said of A and B. @throws HeedError invalid when the grade is not on the scale */
export function toVerdict(answer: PreferenceAnswer, shown: { isSwapped: boolean; scalePoints: number }) {
  const scalePoints = answer.scalePoints ?? shown.scalePoints;
  const max = maxGrade(scalePoints);
  if (Math.abs(answer.grade) > max) {
    const problem = `The scale of ${scalePoints} points has grades from -${max} to ${max}.`;
    throw new HeedError('invalid', `grade: ${problem}`, { details: { fields: { grade: problem } } });
  }
  const turned = (grade: number) => (shown.isSwapped && grade !== 0 ? -grade : grade);
  return { ...answer, grade: turned(answer.grade), scalePoints, isSwapped: shown.isSwapped };
}

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
    insert: (tx, { projectId, taskId, promptId, responseAId, responseBId, isSwapped, settings }, standing) =>
      insertPreference(tx, {
        ...toVerdict(answer, { isSwapped, scalePoints: settingsOf(settings).scalePoints }),
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
