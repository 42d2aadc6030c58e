/**
 * Turns the samples of a finished sampling into tasks: the loop closes here. Some prompts are ranked, the others compared, a pair at a time;
 * of some, one response of the new policy is rated besides.
 */
import type { Db } from '@/db/client';
import { latestCheckpoint } from '@/db/queries/checkpoints';
import { findProject } from '@/db/queries/projects';
import { pairTextsOf, samplesOf } from '@/db/queries/responses';
import { lockRound } from '@/db/queries/rounds';
import { insertCompareTasks, insertRankTasks, insertRateTasks, withdrawUnanswered } from '@/db/queries/tasks';
import { settingsOf } from '@/lib/projects/settings';
import { makePairs, pairKey } from '@/lib/tasks/make-pairs';
import { makeRankings, type SampledPrompt } from '@/lib/tasks/make-rankings';
import type { Job } from './job';

/** A newer round's tasks come first: its number is their priority. */
export async function makeTasks(tx: Db, job: Job): Promise<void> {
  const round = job.roundId ? await lockRound(tx, job.roundId) : undefined;
  const policy = round
    ? await latestCheckpoint(tx, { roundId: round.id, kind: 'policy' })
    : await latestCheckpoint(tx, { projectId: job.projectId, kind: 'base' });
  const project = (await findProject(tx, { id: job.projectId }))!;
  const settings = settingsOf(project.settings);
  const prompts = byPrompt(await samplesOf(tx, job.id), policy?.id);
  const known = new Set(
    (
      await pairTextsOf(
        tx,
        prompts.map(({ promptId }) => promptId),
      )
    ).map((pair) => `${pair.promptId} ${pairKey(pair.textA, pair.textB)}`),
  );
  const isKnown = (promptId: string, a: string, b: string) => known.has(`${promptId} ${pairKey(a, b)}`);

  const rankings = makeRankings(prompts, { wanted: settings.rankTasks, size: settings.rankSize }, isKnown);
  const ranked = new Set(rankings.map(({ promptId }) => promptId));
  const pairs = prompts
    .filter(({ promptId }) => !ranked.has(promptId))
    .flatMap(({ promptId, newer, previous }) =>
      makePairs(newer, previous, (a, b) => isKnown(promptId, a, b)).map((pair) => ({ promptId, ...pair })),
    );
  // On prompts that no policy was trained on first: ratings measure it.
  const rated = [...prompts.filter(({ isHeldOut }) => isHeldOut), ...prompts.filter(({ isHeldOut }) => !isHeldOut)].flatMap(
    ({ promptId, newer }) => newer.slice(0, 1).map(({ id }) => ({ promptId, responseId: id })),
  );

  const of = (overlap: number) => ({ projectId: job.projectId, roundId: round?.id ?? null, overlap, priority: round?.number ?? 0 });
  const made = {
    compare: await insertCompareTasks(tx, of(settings.compareOverlap), pairs),
    rank: await insertRankTasks(tx, of(settings.rankOverlap), rankings),
    rate: await insertRateTasks(tx, of(settings.rateOverlap), rated.slice(0, settings.rateTasks)),
  };
  for (const kind of ['compare', 'rank', 'rate'] as const)
    if (round && made[kind] > 0) await withdrawUnanswered(tx, { projectId: job.projectId, kind, newestRoundId: round.id });
}

type Samples = Awaited<ReturnType<typeof samplesOf>>;

function byPrompt(samples: Samples, policyId: string | undefined): (SampledPrompt & { isHeldOut: boolean })[] {
  const groups = new Map<string, SampledPrompt & { isHeldOut: boolean }>();
  for (const { promptId, split, checkpointId, ...sample } of samples) {
    const group = groups.get(promptId) ?? { promptId, isHeldOut: split === 'held_out', newer: [], previous: [] };
    groups.set(promptId, group);
    (checkpointId === policyId ? group.newer : group.previous).push(sample);
  }
  return [...groups.values()];
}
