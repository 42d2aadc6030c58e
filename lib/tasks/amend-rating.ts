/** Changes a rating: the same response, judged anew in the aspects and on the scale of then, whatever the project asks for now. */
import { z } from 'zod';
import { findRatingByKey, insertRating, lockRating } from '@/db/queries/ratings';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { amendAnswer } from './amend-answer';
import type { SubmitRatingResult } from './claim';
import { askedNow, ratingAnswerSchema, toRating } from './submit-rating';

const amendRatingSchema = z.object({ ratingId: z.uuid() }).and(ratingAnswerSchema);

/** @throws HeedError as amendAnswer does; invalid as toRating does */
export async function amendRating(actor: Actor, input: z.input<typeof amendRatingSchema>): Promise<SubmitRatingResult> {
  mustBeAble(actor, 'task.work');
  const { ratingId, ...answer } = parse(amendRatingSchema, input);
  const { id, status } = await amendAnswer(actor, {
    id: ratingId,
    idempotencyKey: answer.idempotencyKey,
    table: 'ratings',
    subject: 'rating',
    lock: lockRating,
    find: findRatingByKey,
    insert: (tx, { id: supersedesId, projectId, taskId, leaseId, userId, promptId, responseId, standing, ...given }, settings) => {
      const safetyCategories = [...askedNow(settings).safetyCategories, ...given.safetyCategories];
      const asked = { aspects: Object.keys(given.aspects), points: given.scalePoints, safetyCategories };
      const row = { projectId, taskId, leaseId, userId, promptId, responseId, standing, supersedesId };
      return insertRating(tx, { ...toRating(answer, asked), ...row });
    },
  });
  return { ratingId: id, status };
}
