/** Gives a stage back unfinished: because this process ends, or because its numerics broke. */
import { notifyEvent } from '@/db/queries/notify';
import { requeueJob } from '@/db/queries/jobs';
import { failure, type Crash } from '@/lib/training/failures';
import { finishJob } from './finish-job';
import { fencedWithRound, type Job } from './job';

/** The first attempt and two more, unless a resume checkpoint was written in between. */
const maxCrashes = 3;

export type Release = 'queued' | 'failed' | 'cancelled';

/** Somebody goes on from the last resume checkpoint; this attempt does not count. @throws LostJobError */
export const drainJob = (job: Job): Promise<Release> => release(job, null);

/** Try again, or fail when it keeps happening. @throws LostJobError */
export const crashJob = (job: Job, crash: Crash): Promise<Release> => release(job, crash);

async function release(job: Job, crash: Crash | null): Promise<Release> {
  const fate = await fencedWithRound(job, async (tx, row): Promise<Release> => {
    if (row.isCancelRequested) return 'cancelled';
    if (crash !== null && row.fruitlessAttempts >= maxCrashes) return 'failed';
    await requeueJob(tx, job.id, crash !== null);
    await notifyEvent(tx, { projectId: job.projectId, roundId: job.roundId, jobId: job.id });
    return 'queued';
  });
  if (fate === 'cancelled') await finishJob(job, { state: 'cancelled' });
  if (fate === 'failed') await finishJob(job, { state: 'failed', why: failure('broken', { times: maxCrashes, last: crash! }) });
  return fate;
}
