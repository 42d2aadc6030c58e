/**
 * Ends a stage and, in the same transaction, moves its round on: sft → reward → ppo or dpo → sample → succeeded, or failed, or
 * cancelled. After `sample` the new texts come back as tasks.
 */
import type { Db } from '@/db/client';
import type { Stage } from '@/db/enums';
import { latestCheckpoint } from '@/db/queries/checkpoints';
import { endJob, insertJob, type StoredError } from '@/db/queries/jobs';
import { notifyEvent } from '@/db/queries/notify';
import { endRound, lockRound } from '@/db/queries/rounds';
import type { HeedError } from '@/lib/errors';
import { failureDetails, failure } from '@/lib/training/failures';
import { roundConfigSchema } from '@/lib/training/hyperparameters';
import { stagesOf } from '@/lib/training/stages';
import { fencedWithRound, type Job } from './job';
import { makeTasks } from './make-tasks';

export type Outcome = { state: 'succeeded' } | { state: 'cancelled' } | { state: 'failed'; why: Why };
/** An error, or what is left of it behind the wall of a process. */
export type Why = Pick<HeedError, 'message' | 'details'>;

/** @throws LostJobError; HeedError invalid when a stage claims success without its checkpoint */
export async function finishJob(job: Job, outcome: Outcome): Promise<void> {
  await fencedWithRound(job, async (tx, row) => {
    // Cancelled during the very last step: then the round ends here all the same.
    const state = outcome.state === 'succeeded' && row.isCancelRequested ? 'cancelled' : outcome.state;
    const error = outcome.state === 'failed' ? told(outcome.why) : null;
    if (state === 'succeeded') await assertComplete(tx, job);
    await endJob(tx, job.id, state, error);
    if (state === 'succeeded' && job.stage === 'sample') await makeTasks(tx, job);
    if (job.roundId) await advance(tx, job.roundId, job, state, error);
    await notifyEvent(tx, { projectId: job.projectId, roundId: job.roundId, jobId: job.id });
  });
}

/** As it is stored. */
export const told = ({ message, details }: Why): StoredError => ({ error: message, errorDetails: failureDetails(details) });

async function advance(tx: Db, roundId: string, job: Job, state: Outcome['state'], error: StoredError | null): Promise<void> {
  const round = (await lockRound(tx, roundId))!;
  const config = roundConfigSchema.parse(round.config);
  const order = stagesOf(config);
  const next = order[order.indexOf(job.stage) + 1];
  if (state !== 'succeeded' || !next) return endRound(tx, roundId, state, error);
  await insertJob(tx, { projectId: job.projectId, roundId, stage: next, config: config[next] });
}

const produces: Record<Stage, 'sft' | 'reward' | 'policy' | null> = {
  sft: 'sft',
  reward: 'reward',
  ppo: 'policy',
  dpo: 'policy',
  sample: null,
};

async function assertComplete(tx: Db, job: Job): Promise<void> {
  const kind = produces[job.stage];
  if (kind && !(await latestCheckpoint(tx, { jobId: job.id, kind }))) throw failure('no-checkpoint-left', { stage: job.stage });
}
