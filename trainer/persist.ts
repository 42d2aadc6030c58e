/**
 * Writes that outlive an outage of the database: tried again until it answers, or until it answers that the job is not ours any
 * more. The numerics go on meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseOutage } from '@/db/outage';
import { log } from './log';

const restMilliseconds = 1000;

/** @param signal gives up waiting: the last error is thrown then */
export async function persist<T>(write: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (!isDatabaseOutage(error) || signal?.aborted) throw error;
      if (tries === 1) log.warn({ err: error }, 'the database does not answer; trying again');
      await sleep(restMilliseconds);
    }
  }
}
