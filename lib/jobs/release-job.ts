/** Gives a stage back unfinished: because this process ends, or because its worker thread broke. */
import { notifyEvent } from '@/db/queries/notify';
import { requeueJob } from '@/db/queries/jobs';
import { finishJob } from './finish-job';
import { fencedWithRound, type Job } from './job';

/** The first attempt and two more, unless a resume checkpoint was written in between. */
export const maxCrashes = 3;

/** Somebody goes on from the last resume checkpoint; this attempt does not count. @throws LostJobError */
export async function drainJob(job: Job): Promise<void> {
  await requeue(job, false);
}

/** Try again, or fail when it keeps happening. Tells what became of the job. @throws LostJobError */
export async function crashJob(job: Job, message: string): Promise<'queued' | 'failed'> {
  const fruitless = await requeue(job, true);
  if (fruitless) await finishJob(job, { state: 'failed', message: `The stage broke ${maxCrashes} times in a row. The last time: ${message}` });
  return fruitless ? 'failed' : 'queued';
}

/** @returns true, and leaves the job alone, when it has had all its attempts */
async function requeue(job: Job, isCounted: boolean): Promise<boolean> {
  return fencedWithRound(job, async (tx, row) => {
    if (isCounted && row.fruitlessAttempts >= maxCrashes) return true;
    await requeueJob(tx, job.id, isCounted);
    await notifyEvent(tx, { projectId: job.projectId, roundId: job.roundId, jobId: job.id });
    return false;
  });
}
