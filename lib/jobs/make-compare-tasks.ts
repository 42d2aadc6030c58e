/** Turns the samples of a finished sampling into comparisons: the loop closes here. */
import type { Db } from '@/db/client';
import { latestCheckpoint } from '@/db/queries/checkpoints';
import { findProject } from '@/db/queries/projects';
import { pairTextsOf, samplesOf } from '@/db/queries/responses';
import { lockRound } from '@/db/queries/rounds';
import { insertCompareTasks, withdrawUnansweredPairs } from '@/db/queries/tasks';
import { settingsOf } from '@/lib/projects/settings';
import { makePairs, pairKey } from '@/lib/tasks/make-pairs';
import type { Job } from './job';

/** A newer round's pairs come first: its number is their priority. */
export async function makeCompareTasks(tx: Db, job: Job): Promise<void> {
  const round = job.roundId ? await lockRound(tx, job.roundId) : undefined;
  const policy = round
    ? await latestCheckpoint(tx, { roundId: round.id, kind: 'policy' })
    : await latestCheckpoint(tx, { projectId: job.projectId, kind: 'base' });
  const project = (await findProject(tx, { id: job.projectId }))!;
  const byPrompt = groupByPrompt(await samplesOf(tx, job.id));
  const known = new Set((await pairTextsOf(tx, [...byPrompt.keys()])).map((pair) => `${pair.promptId} ${pairKey(pair.textA, pair.textB)}`));

  const pairs = [...byPrompt].flatMap(([promptId, samples]) => {
    const newer = samples.filter((sample) => sample.checkpointId === policy?.id);
    const previous = samples.filter((sample) => sample.checkpointId !== policy?.id);
    const isKnown = (a: string, b: string) => known.has(`${promptId} ${pairKey(a, b)}`);
    return makePairs(newer, previous, isKnown).map((pair) => ({ promptId, ...pair }));
  });
  const made = await insertCompareTasks(
    tx,
    {
      projectId: job.projectId,
      roundId: round?.id ?? null,
      overlap: settingsOf(project.settings).compareOverlap,
      priority: round?.number ?? 0,
    },
    pairs,
  );
  if (round && made > 0) await withdrawUnansweredPairs(tx, { projectId: job.projectId, newestRoundId: round.id });
}

type Samples = Awaited<ReturnType<typeof samplesOf>>;

function groupByPrompt(samples: Samples): Map<string, Samples> {
  const groups = new Map<string, Samples>();
  for (const sample of samples) groups.set(sample.promptId, [...(groups.get(sample.promptId) ?? []), sample]);
  return groups;
}
