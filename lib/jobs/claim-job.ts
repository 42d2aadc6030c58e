/** The trainer's way to work: takes the oldest stage in the queue, after looking after stages whose worker has gone silent. */
import { db } from '@/db/client';
import { claimJob as claim } from '@/db/queries/jobs';
import { toJob, type Job } from './job';
import { recoverLostJobs } from './recover-lost-jobs';

/** A worker says every 3 s that it lives; after 15 s of silence its job is free. */
export const leaseSeconds = 15;
export const heartbeatSeconds = 3;

export async function claimJob(by: { workerId: string }): Promise<Job | null> {
  await recoverLostJobs();
  const row = await claim(db(), { workerId: by.workerId, leaseSeconds });
  return row ? toJob(row) : null;
}
