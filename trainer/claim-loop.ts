/** Claims stages and runs them, one at a time, until told to stop. An outage of the database is waited out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '@/db/client';
import { isDatabaseOutage } from '@/db/outage';
import { channels } from '@/db/queries/notify';
import { WakeUp } from '@/lib/events/wake-up';
import { claimJob } from '@/lib/jobs/claim-job';
import { cleanUp } from './clean-up';
import { log } from './log';
import { persist } from './persist';
import { runJob } from './run-job';

/** Also finds what no notice tells of: stages whose worker has gone silent. */
const pollMilliseconds = 2000;
const restMilliseconds = 1000;

export async function claimLoop({
  workerId,
  workerFile,
  stopping,
}: {
  workerId: string;
  workerFile: URL;
  stopping: AbortSignal;
}): Promise<void> {
  const bell = new WakeUp();
  const lookers = new Set<() => void>([bell.ring]);
  stopping.addEventListener('abort', bell.ring);
  const unlisten = await persist(() => listen(channels.jobs, () => lookers.forEach((look) => look())), stopping);
  const onNotice = (look: () => void) => {
    lookers.add(look);
    return () => void lookers.delete(look);
  };
  await orWarn(cleanUp());
  log.info({ workerId }, 'the trainer is ready');
  try {
    while (!stopping.aborted) {
      try {
        const job = await claimJob({ workerId });
        if (!job) {
          await bell.wait(pollMilliseconds);
          continue;
        }
        await runJob(job, { workerFile, draining: stopping, onNotice });
        await orWarn(cleanUp());
      } catch (error) {
        // What is not an outage is a mistake of ours; the job's lease runs out, and it is tried again.
        log.error({ err: error }, isDatabaseOutage(error) ? 'the database does not answer' : 'the claim loop stumbled');
        await sleep(restMilliseconds);
      }
    }
  } finally {
    await unlisten();
  }
}

async function orWarn(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => log.warn({ err: error }, 'old checkpoints could not be removed'));
}
