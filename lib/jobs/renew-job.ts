import { db } from '@/db/client';
import { renewJob as renew } from '@/db/queries/jobs';
import { leaseSeconds } from './claim-job';
import { LostJobError, type Job } from './job';

/** The heartbeat; also how a worker learns that somebody wants the round cancelled. @throws LostJobError */
export async function renewJob(job: Job): Promise<{ isCancelRequested: boolean }> {
  const renewed = await renew(db(), job, leaseSeconds);
  if (!renewed) throw new LostJobError(job);
  return renewed;
}
