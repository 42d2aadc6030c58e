/**
 * Takes an order of responses. What a person said of the responses as they were shown is turned into the task's order here, and the pairs
 * that the order says are stored with it. Sending the same answer twice, even at once, makes one row.
 */
import { z } from 'zod';
import { findRankingByKey, insertRanking } from '@/db/queries/rankings';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { answerFields } from './answer-fields';
import type { SubmitRankingResult } from './claim';
import { pairsOfRanks, withoutGaps } from './ranking-pairs';
import { asOnTask, shownOrder } from './shown-order';
import { submitAnswer } from './submit-answer';

export const rankingAnswerSchema = z.object({
  ...answerFields,
  /** Of each response in the order shown: 1 is the best; equal numbers are ties. */
  ranks: z.array(z.number().int().min(1).max(9)).min(3).max(9),
});
type RankingAnswer = z.output<typeof rankingAnswerSchema>;

/** What was said of the responses shown, said of the task's, with the pairs that it implies. @throws HeedError invalid for too few or too many */
export function toOrder({ ranks, ...answer }: RankingAnswer, task: { taskId: string; userId: string; responseIds: string[] }) {
  const { responseIds } = task;
  if (ranks.length !== responseIds.length) throw refusal('ranks-missing', { responses: responseIds.length });
  const onTask = withoutGaps(asOnTask(ranks, shownOrder(task, ranks.length)));
  const pairs = pairsOfRanks(onTask).map(({ a, b, grade }) => ({ responseAId: responseIds[a]!, responseBId: responseIds[b]!, grade }));
  return { row: { ...answer, responseIds, ranks: onTask }, pairs };
}

const submitRankingSchema = rankingAnswerSchema.extend({ leaseId: z.uuid() });

/** @throws HeedError conflict with `details.reason` answered, skipped or reopened; invalid when the number of ranks is not that of the responses */
export async function submitRanking(actor: Actor, input: z.input<typeof submitRankingSchema>): Promise<SubmitRankingResult> {
  mustBeAble(actor, 'task.work');
  const { leaseId, ...answer } = parse(submitRankingSchema, input);
  const { id, status } = await submitAnswer(actor, {
    leaseId,
    idempotencyKey: answer.idempotencyKey,
    kind: 'rank',
    subject: 'ranking',
    find: findRankingByKey,
    insert: (tx, { projectId, taskId, promptId, responseIds }, standing) => {
      const { row, pairs } = toOrder(answer, { taskId, userId: actor.id, responseIds: responseIds! });
      return insertRanking(tx, { ...row, standing, projectId, taskId, leaseId, userId: actor.id, promptId }, pairs);
    },
  });
  return { rankingId: id, status };
}
