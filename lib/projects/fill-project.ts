/**
 * Gives annotators something to do once a project has prompts: demonstration tasks, and, as long as no round has run, samples
 * of the base model, which come back as comparisons. Call it in the transaction that added the prompts.
 */
import type { Db } from '@/db/client';
import { hasQueuedSampling, insertJob } from '@/db/queries/jobs';
import { countSampledPrompts } from '@/db/queries/prompts';
import { hasRounds } from '@/db/queries/rounds';
import { insertDemonstrateTasks, offerModelAnswers, promptsToDemonstrate } from '@/db/queries/tasks';
import { drawOverlap, overlapOf } from '@/lib/tasks/overlap';
import type { ProjectSettings } from './settings';

export async function fillProject(tx: Db, projectId: string, settings: ProjectSettings): Promise<void> {
  await topUpDemonstrateTasks(tx, projectId, settings);
  // A sampling that runs has drawn its prompts: those that come now need another.
  const isSamplingDue =
    (await countSampledPrompts(tx, projectId, 'train')) > 0 &&
    !(await hasRounds(tx, projectId)) &&
    !(await hasQueuedSampling(tx, projectId));
  if (isSamplingDue) await insertJob(tx, { projectId, roundId: null, stage: 'sample', config: settings.round.sample });
}

/** As many open demonstration tasks as the settings ask for. */
export async function topUpDemonstrateTasks(tx: Db, projectId: string, settings: ProjectSettings): Promise<void> {
  const overlap = overlapOf('demonstrate', settings);
  const prompts = await promptsToDemonstrate(tx, { projectId, wanted: settings.demonstrationTasks });
  const tasks = prompts.map(({ promptId, textHash }) => ({ promptId, overlap: drawOverlap(overlap, 'demonstrate', textHash) }));
  await insertDemonstrateTasks(tx, projectId, tasks);
  await offerModelAnswers(tx, projectId);
}
