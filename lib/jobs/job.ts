/**
 * A stage that this worker has claimed. Hand it to everything that writes for it: (id, workerId, attempt) is the fence, and
 * a worker that has lost the job gets `LostJobError` instead of writing.
 */
import { transaction, type Db } from '@/db/client';
import type { Stage } from '@/db/enums';
import { lockJob, type JobRow } from '@/db/queries/jobs';
import { lockRound } from '@/db/queries/rounds';

export type Job = {
  id: string;
  projectId: string;
  /** null: samples of the base model for a new project. */
  roundId: string | null;
  stage: Stage;
  /** The stage's own settings; stageInput() parses them. */
  config: unknown;
  workerId: string;
  attempt: number;
  /** Attempts since the last resume checkpoint, this one included. */
  fruitlessAttempts: number;
};

export function toJob(row: JobRow): Job {
  const { id, projectId, roundId, stage, config, workerId, attempt, fruitlessAttempts } = row;
  return { id, projectId, roundId, stage, config, workerId: workerId!, attempt, fruitlessAttempts };
}

/** Another worker has the job, or it was ended. Stop computing; nothing is to be cleaned up. */
export class LostJobError extends Error {
  override readonly name = 'LostJobError';
  constructor(job: Pick<Job, 'id' | 'attempt'>) {
    super(`job ${job.id} is no longer this worker's (attempt ${job.attempt})`);
  }
}

/** Runs a write that only the job's holder may do. @throws LostJobError */
export function fenced<T>(job: Job, write: (tx: Db) => Promise<T>): Promise<T> {
  return transaction(async (tx) => {
    if (!(await lockJob(tx, job))) throw new LostJobError(job);
    return write(tx);
  });
}

/** The same for writes that also change the round: its row is locked first, as everywhere. */
export function fencedWithRound<T>(job: Job, write: (tx: Db, row: JobRow) => Promise<T>): Promise<T> {
  return transaction(async (tx) => {
    if (job.roundId) await lockRound(tx, job.roundId);
    const row = await lockJob(tx, job);
    if (!row) throw new LostJobError(job);
    return write(tx, row);
  });
}
