/** Takes a judgement of one response, aspect by aspect. Sending the same answer twice, even at once, makes one row. */
import { z } from 'zod';
import { findRatingByKey, insertRating } from '@/db/queries/ratings';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { settingsOf } from '@/lib/projects/settings';
import { answerFields } from './answer-fields';
import type { SubmitRatingResult } from './claim';
import { submitAnswer } from './submit-answer';

export const ratingAnswerSchema = z
  .object({
    ...answerFields,
    /** By the aspect's name, 1 is the worst. */
    aspects: z.record(z.string().max(40), z.number().int().min(1).max(9)),
    /** The scale that the person saw, where it is not the project's any more: an answer that was kept offline is taken as it was given. */
    scalePoints: z.number().int().min(2).max(9).optional(),
    /** null: not said. */
    isSafe: z.boolean().nullable().default(null),
    safetyCategories: z.array(z.string().max(40)).max(9).default([]),
  })
  .refine((answer) => answer.isSafe === false || answer.safetyCategories.length === 0, {
    path: ['safetyCategories'],
    error: 'Only an unsafe response has categories: send isSafe false with them.',
  });
type RatingAnswer = z.output<typeof ratingAnswerSchema>;

export type AskedOfRating = { aspects: string[]; points: number; safetyCategories: string[] };

/** What the project asks about a response now. */
export function askedNow(settings: unknown): AskedOfRating {
  const { aspects, ratePoints: points, safetyCategories } = settingsOf(settings);
  return { aspects, points, safetyCategories };
}

/** @throws HeedError invalid where it does not answer exactly what was asked */
export function toRating(answer: RatingAnswer, { aspects, points, safetyCategories }: AskedOfRating) {
  const scalePoints = answer.scalePoints ?? points;
  const grades = Object.values(answer.aspects);
  if (
    grades.length !== aspects.length ||
    aspects.some((name) => answer.aspects[name] === undefined) ||
    Math.max(1, ...grades) > scalePoints
  )
    throw aspects.length > 0 ? refusal('grades-missing', { aspects, scalePoints }) : refusal('no-aspects-any-more');
  const unknown = answer.safetyCategories.filter((name) => !safetyCategories.includes(name));
  if (unknown.length > 0) throw refusal('no-such-category', { category: unknown[0]!, categories: safetyCategories });
  return { ...answer, safetyCategories: [...new Set(answer.safetyCategories)], scalePoints };
}

const submitRatingSchema = z.object({ leaseId: z.uuid() }).and(ratingAnswerSchema);

/** @throws HeedError conflict with `details.reason` answered, skipped or reopened; invalid as toRating does */
export async function submitRating(actor: Actor, input: z.input<typeof submitRatingSchema>): Promise<SubmitRatingResult> {
  mustBeAble(actor, 'task.work');
  const { leaseId, ...answer } = parse(submitRatingSchema, input);
  const { id, status } = await submitAnswer(actor, {
    leaseId,
    idempotencyKey: answer.idempotencyKey,
    kind: 'rate',
    subject: 'rating',
    find: findRatingByKey,
    insert: (tx, { projectId, taskId, promptId, responseAId, settings }, standing) =>
      insertRating(tx, {
        ...toRating(answer, askedNow(settings)),
        standing,
        projectId,
        taskId,
        leaseId,
        userId: actor.id,
        promptId,
        responseId: responseAId!,
      }),
  });
  return { ratingId: id, status };
}
