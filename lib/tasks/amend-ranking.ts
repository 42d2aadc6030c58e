/** Changes a ranking: the same responses, shown in the same order, ordered anew. The pairs that the old one said are superseded with it. */
import { z } from 'zod';
import { findRankingByKey, insertRanking, lockRanking } from '@/db/queries/rankings';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { parse } from '@/lib/parse';
import { amendAnswer } from './amend-answer';
import type { SubmitRankingResult } from './claim';
import { rankingAnswerSchema, toOrder } from './submit-ranking';

const amendRankingSchema = rankingAnswerSchema.extend({ rankingId: z.uuid() });

/** @throws HeedError as amendAnswer does; invalid when the number of ranks is not that of the responses */
export async function amendRanking(actor: Actor, input: z.input<typeof amendRankingSchema>): Promise<SubmitRankingResult> {
  mustBeAble(actor, 'task.work');
  const { rankingId, ...answer } = parse(amendRankingSchema, input);
  const { id, status } = await amendAnswer(actor, {
    id: rankingId,
    idempotencyKey: answer.idempotencyKey,
    table: 'rankings',
    subject: 'ranking',
    lock: lockRanking,
    find: findRankingByKey,
    insert: (tx, { id: supersedesId, projectId, taskId, leaseId, userId, promptId, responseIds, standing }) => {
      const { row, pairs } = toOrder(answer, { taskId, userId, responseIds });
      return insertRanking(tx, { ...row, projectId, taskId, leaseId, userId, promptId, standing, supersedesId }, pairs);
    },
  });
  return { rankingId: id, status };
}
