import { z } from 'zod';
import { db } from '@/db/client';
import { jobsOfRounds } from '@/db/queries/jobs';
import { lastValuesOf, newestValuesOf } from '@/db/queries/metrics';
import { listRounds as selectRounds } from '@/db/queries/rounds';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { pageInputSchema, toPage, type Page } from '@/lib/page';
import { parse } from '@/lib/parse';
import { earlierRewardKey } from '@/lib/training/contract';
import { roundConfigSchema } from '@/lib/training/hyperparameters';
import { stagesOf } from '@/lib/training/stages';
import { resultKeys, type RoundSummary } from './round';

const listRoundsSchema = pageInputSchema.extend({ projectId: z.uuid() });

/** Newest first. */
export async function listRounds(actor: Actor, input: z.input<typeof listRoundsSchema>): Promise<Page<RoundSummary>> {
  mustBeAble(actor, 'round.view');
  const { projectId, ...page } = parse(listRoundsSchema, input);
  const { items, nextCursor } = toPage(await selectRounds(db(), projectId, page), page.limit);
  const ids = items.map((round) => round.id);
  const [jobs, values, judged] = await Promise.all([
    jobsOfRounds(db(), ids),
    lastValuesOf(db(), ids, resultKeys),
    newestValuesOf(
      db(),
      projectId,
      items.map((round) => earlierRewardKey(round.number)),
    ),
  ]);
  const summaries = items.map((round): RoundSummary => {
    const { id, number, state, demonstrations, comparisons, error, errorDetails, startedBy, createdAt, finishedAt } = round;
    const ownJobs = jobs.filter((job) => job.roundId === id);
    const progress = ownJobs.reduce((sum, job) => sum + job.progress, 0) / stagesOf(roundConfigSchema.parse(round.config)).length;
    const results: RoundSummary['results'] = Object.fromEntries(
      values.filter((one) => one.roundId === id).map(({ key, value }) => [key, value]),
    );
    const later = judged.find(({ key }) => key === earlierRewardKey(number));
    const own = results['eval/reward'];
    return {
      id,
      number,
      state,
      stage: ownJobs.at(-1)?.stage ?? 'sft',
      progress,
      demonstrations,
      comparisons,
      results,
      reward: later ? { value: later.value, judge: later.round } : own === undefined ? null : { value: own, judge: number },
      error,
      errorDetails,
      startedBy,
      createdAt,
      finishedAt,
    };
  });
  return { items: summaries, nextCursor };
}
