/** What reviewers decide next, with all that is needed to decide it: texts, every person's answer, the reward model's view, the verdict. */
import { z } from 'zod';
import { db } from '@/db/client';
import { adjudicationQueue, answersOnPairs, type AnswerOnPair, type Disagreement, type QueuedPair } from '@/db/queries/adjudication';
import { textsOf } from '@/db/queries/judgements';
import { promptTexts } from '@/db/queries/prompts';
import { findVerdict } from '@/db/queries/verdicts';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { listComments, type Comment } from '@/lib/comments/comments';
import { parse } from '@/lib/parse';
import { namesIn, type Called } from '@/lib/people/names';
import { annotatorsReport } from '@/lib/reports/annotators';

/** As many at a time. */
const queueLength = 50;

/** In terms of the pair's A. */
type Judged = { grade: number; scalePoints: number; isBothBad: boolean; reason: string; createdAt: Date };
/** `reliability`: the person's in comparisons, by Dawid and Skene's model; null where it cannot be computed. */
export type PersonsAnswer = Judged & {
  person: Called;
  reliability: number | null;
  isRanking: boolean;
  seconds: number | null;
  isMine: boolean;
};
export type GivenVerdict = Judged & { id: string; reviewer: Called };
export type PairToDecide = Omit<QueuedPair, 'lead' | 'isHeldOut' | 'verdictId'> & {
  prompt: string;
  textA: string;
  textB: string;
  answers: PersonsAnswer[];
  /** P(A preferred) by the newest reward model, and whether it was trained on the pair's prompt; null where it has not read the pair. */
  model: { pA: number; isTrained: boolean } | null;
  verdict: GivenVerdict | null;
  /** Of reviewers, on the prompt. */
  comments: Comment[];
};
export type PairsToDecide = { pairs: PairToDecide[]; counts: Record<Disagreement, number>; hasModel: boolean };

export const queueQuery = z.object({ show: z.enum(['open', 'decided']).default('open') });
const queueSchema = queueQuery.extend({ projectId: z.uuid() });

/** The worst first; of the decided ones, the newest. */
export async function pairsToDecide(actor: Actor, input: z.input<typeof queueSchema>): Promise<PairsToDecide> {
  mustBeAble(actor, 'quality.manage');
  const { projectId, show } = parse(queueSchema, input);
  const { pairs, ...rest } = await adjudicationQueue(db(), { projectId, isDecided: show === 'decided', limit: queueLength });
  const promptIds = [...new Set(pairs.map(({ promptId }) => promptId))];
  const [answers, prompts, texts, verdicts, { people }, comments] = await Promise.all([
    answersOnPairs(db(), pairs),
    promptTexts(db(), promptIds),
    textsOf(db(), pairs.flatMap(({ responseAId, responseBId }) => [responseAId, responseBId])), // prettier-ignore
    Promise.all(pairs.flatMap(({ verdictId }) => (verdictId ? [findVerdict(db(), verdictId)] : []))),
    annotatorsReport(actor, { projectId, kind: 'compare' }),
    listComments(actor, { projectId, promptIds }),
  ]);
  const given = verdicts.flatMap((verdict) => verdict ?? []);
  const names = await namesIn(projectId, [...answers.map(({ userId }) => userId), ...given.map(({ reviewerId }) => reviewerId)]);
  return {
    ...rest,
    pairs: pairs.map(({ lead, isHeldOut, verdictId, ...pair }) => ({
      ...pair,
      prompt: prompts.get(pair.promptId)!,
      textA: texts.get(pair.responseAId)!,
      textB: texts.get(pair.responseBId)!,
      comments: comments.filter(({ promptId }) => promptId === pair.promptId),
      answers: answers
        .filter((one) => one.responseAId === pair.responseAId && one.responseBId === pair.responseBId)
        .map(({ userId, responseAId: _a, responseBId: _b, ...answer }: AnswerOnPair) => ({
          ...answer,
          person: names[userId]!,
          reliability: people.find(({ id }) => id === userId)?.accuracy ?? null,
          isMine: userId === actor.id,
        })),
      model: lead === null ? null : { pA: 1 / (1 + Math.exp(-lead)), isTrained: !isHeldOut },
      verdict:
        given
          .filter(({ id }) => id === verdictId)
          .map(({ id, grade, scalePoints, isBothBad, reason, createdAt, reviewerId }) => ({
            id,
            grade,
            scalePoints,
            isBothBad,
            reason,
            createdAt,
            reviewer: names[reviewerId]!,
          }))[0] ?? null,
    })),
  };
}
