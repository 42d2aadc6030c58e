/**
 * Puts stages back into the queue whose worker was killed or cut off; the next one goes on from the last resume checkpoint.
 * A stage that kills its worker again and again without getting anywhere is given up, and says so.
 */
import { db, transaction } from '@/db/client';
import { endJob, findLostJobs, lockLostJob, requeueJob } from '@/db/queries/jobs';
import { notifyEvent } from '@/db/queries/notify';
import { endRound, lockRound } from '@/db/queries/rounds';
import { failure } from '@/lib/training/failures';
import { told } from './finish-job';

const maxFruitlessAttempts = 5;

export async function recoverLostJobs(): Promise<void> {
  for (const { id, roundId } of await findLostJobs(db())) {
    await transaction(async (tx) => {
      const round = roundId ? await lockRound(tx, roundId) : undefined;
      const job = await lockLostJob(tx, id);
      if (!job) return;
      if (job.isCancelRequested) {
        await endJob(tx, id, 'cancelled', null);
        if (round) await endRound(tx, round.id, 'cancelled', null);
      } else if (job.fruitlessAttempts >= maxFruitlessAttempts) {
        const error = told(failure('silent', { times: maxFruitlessAttempts }));
        await endJob(tx, id, 'failed', error);
        if (round) await endRound(tx, round.id, 'failed', error);
      } else {
        await requeueJob(tx, id, true);
      }
      await notifyEvent(tx, { projectId: job.projectId, roundId, jobId: id });
    });
  }
}
