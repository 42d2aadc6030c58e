/**
 * Turns the samples of a finished sampling into tasks: the loop closes here. Some prompts are ranked, the others compared, a pair at a time;
 * of some, one response of the new policy is rated besides.
 */
import type { Db } from '@/db/client';
import type { TaskKind } from '@/db/enums';
import { latestCheckpoint } from '@/db/queries/checkpoints';
import { findProject } from '@/db/queries/projects';
import { pairTextsOf, samplesOf } from '@/db/queries/responses';
import { lockRound } from '@/db/queries/rounds';
import { insertCompareTasks, insertRankTasks, insertRateTasks, offerModelAnswers, withdrawUnanswered } from '@/db/queries/tasks';
import { settingsOf } from '@/lib/projects/settings';
import { makePairs, pairKey } from '@/lib/tasks/make-pairs';
import { makeRankings, type SampledPrompt } from '@/lib/tasks/make-rankings';
import { drawOverlap, overlapOf } from '@/lib/tasks/overlap';
import type { ProjectOverlap, RoundOverlap } from '@/lib/tasks/overlap-settings';
import { roundConfigSchema } from '@/lib/training/hyperparameters';
import type { Job } from './job';

/** A newer round's tasks come first: its number is their priority. */
export async function makeTasks(tx: Db, job: Job): Promise<void> {
  const round = job.roundId ? await lockRound(tx, job.roundId) : undefined;
  const policy = round
    ? await latestCheckpoint(tx, { roundId: round.id, kind: 'policy' })
    : await latestCheckpoint(tx, { projectId: job.projectId, kind: 'base' });
  const project = (await findProject(tx, { id: job.projectId }))!;
  const settings = settingsOf(project.settings);
  const samples = await samplesOf(tx, job.id);
  const prompts = byPrompt(samples, policy?.id);
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

  const of = { projectId: job.projectId, roundId: round?.id ?? null, priority: round?.number ?? 0 };
  const draw = overlaps(samples, settings, round && roundConfigSchema.parse(round.config).overlap);
  const made = {
    compare: await insertCompareTasks(
      tx,
      of,
      pairs.map((pair) => ({ ...pair, overlap: draw('compare', [pair.responseAId, pair.responseBId]) })),
    ),
    rank: await insertRankTasks(
      tx,
      of,
      rankings.map((ranking) => ({ ...ranking, overlap: draw('rank', ranking.responseIds) })),
    ),
    rate: await insertRateTasks(
      tx,
      of,
      rated.slice(0, settings.rateTasks).map((sample) => ({ ...sample, overlap: draw('rate', [sample.responseId]) })),
    ),
  };
  await offerModelAnswers(tx, job.projectId);
  for (const kind of ['compare', 'rank', 'rate'] as const)
    if (round && made[kind] > 0) await withdrawUnanswered(tx, { projectId: job.projectId, kind, newestRoundId: round.id });
}

/** For tasks that show these responses, all to one prompt. */
function overlaps(samples: Samples, project: ProjectOverlap, round: RoundOverlap | undefined) {
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  return (kind: TaskKind, responseIds: string[]): number => {
    const shown = responseIds.map((id) => byId.get(id)!);
    return drawOverlap(
      overlapOf(kind, project, round),
      kind,
      shown[0]!.promptHash,
      shown.map(({ text }) => text),
    );
  };
}

type Samples = Awaited<ReturnType<typeof samplesOf>>;

function byPrompt(samples: Samples, policyId: string | undefined): (SampledPrompt & { isHeldOut: boolean })[] {
  const groups = new Map<string, SampledPrompt & { isHeldOut: boolean }>();
  for (const { promptId, split, checkpointId, id, text } of samples) {
    const group = groups.get(promptId) ?? { promptId, isHeldOut: split === 'held_out', newer: [], previous: [] };
    groups.set(promptId, group);
    (checkpointId === policyId ? group.newer : group.previous).push({ id, text });
  }
  return [...groups.values()];
}
