/**
 * Stages to run. Who changes a round and its jobs locks the round first. After the claim every write is fenced: it holds the
 * job's row, found by (id, workerId, attempt) and `running`, so a worker that has lost its job writes nothing.
 */
import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { JobState, Stage } from '../enums';
import { jobs, type ErrorDetails } from '../schema/training';
import { notifyEvent, notifyJobs } from './notify';

export type Fence = { id: string; workerId: string; attempt: number };

const job = {
  id: jobs.id,
  projectId: jobs.projectId,
  roundId: jobs.roundId,
  stage: jobs.stage,
  state: jobs.state,
  config: jobs.config,
  attempt: jobs.attempt,
  fruitlessAttempts: jobs.fruitlessAttempts,
  workerId: jobs.workerId,
  isCancelRequested: jobs.isCancelRequested,
};
export type JobRow = Awaited<ReturnType<typeof lockJob>> & object;

export async function insertJob(db: Db, row: { projectId: string; roundId: string | null; stage: Stage; config: object }): Promise<string> {
  const [inserted] = await db.insert(jobs).values(row).returning({ id: jobs.id });
  await notifyJobs(db);
  await notifyEvent(db, { projectId: row.projectId, roundId: row.roundId, jobId: inserted!.id });
  return inserted!.id;
}

/** The oldest queued job, claimed in one statement. `fruitlessAttempts` counts this attempt until it has a resume checkpoint. */
export async function claimJob(db: Db, by: { workerId: string; leaseSeconds: number }) {
  const oldest = db
    .select({ id: jobs.id })
    .from(jobs)
    .where(eq(jobs.state, 'queued'))
    .orderBy(asc(jobs.createdAt))
    .limit(1)
    .for('update', { skipLocked: true });
  const [row] = await db
    .update(jobs)
    .set({
      state: 'running',
      workerId: by.workerId,
      attempt: sql`${jobs.attempt} + 1`,
      fruitlessAttempts: sql`${jobs.fruitlessAttempts} + 1`,
      leaseUntil: sql`now() + make_interval(secs => ${by.leaseSeconds})`,
      startedAt: sql`coalesce(${jobs.startedAt}, now())`,
    })
    .where(and(eq(jobs.id, sql`(${oldest})`), eq(jobs.state, 'queued')))
    .returning(job);
  return row;
}

/** Null: the job is not ours any more. */
export async function renewJob(db: Db, fence: Fence, leaseSeconds: number): Promise<{ isCancelRequested: boolean } | null> {
  const [row] = await db
    .update(jobs)
    .set({ leaseUntil: sql`now() + make_interval(secs => ${leaseSeconds})` })
    .where(isOurs(fence))
    .returning({ isCancelRequested: jobs.isCancelRequested });
  return row ?? null;
}

const isOurs = (fence: Fence) =>
  and(eq(jobs.id, fence.id), eq(jobs.workerId, fence.workerId), eq(jobs.attempt, fence.attempt), eq(jobs.state, 'running'));

/** The fence: until the transaction ends, nobody else can take the job. */
export async function lockJob(db: Db, fence: Fence) {
  const [row] = await db.select(job).from(jobs).where(isOurs(fence)).for('no key update');
  return row;
}

/** Jobs whose worker has not been heard of in time. */
export async function findLostJobs(db: Db) {
  return db
    .select({ id: jobs.id, roundId: jobs.roundId })
    .from(jobs)
    .where(and(eq(jobs.state, 'running'), sql`${jobs.leaseUntil} < now()`));
}

export async function lockLostJob(db: Db, id: string) {
  const [row] = await db
    .select(job)
    .from(jobs)
    .where(and(eq(jobs.id, id), eq(jobs.state, 'running'), sql`${jobs.leaseUntil} < now()`))
    .for('no key update');
  return row;
}

/** Back to the queue. `isCounted: false` takes this attempt off the count of fruitless ones. */
export async function requeueJob(db: Db, id: string, isCounted: boolean): Promise<void> {
  await db
    .update(jobs)
    .set({
      state: 'queued',
      workerId: null,
      leaseUntil: null,
      fruitlessAttempts: isCounted ? undefined : sql`greatest(0, ${jobs.fruitlessAttempts} - 1)`,
    })
    .where(eq(jobs.id, id));
  await notifyJobs(db);
}

/** In English, and the same by name; see lib/training/failures.ts. */
export type StoredError = Pick<typeof jobs.$inferInsert, 'error' | 'errorDetails'>;

export async function endJob(db: Db, id: string, state: 'succeeded' | 'failed' | 'cancelled', error: StoredError | null): Promise<void> {
  await db
    .update(jobs)
    .set({ state, ...error, leaseUntil: null, finishedAt: sql`now()`, ...(state === 'succeeded' && { progress: 1 }) })
    .where(eq(jobs.id, id));
}

export async function updateProgress(db: Db, id: string, progress: number): Promise<void> {
  await db.update(jobs).set({ progress }).where(eq(jobs.id, id));
}

/** A resume checkpoint: whatever happens next, this much is done. */
export async function resetFruitlessAttempts(db: Db, id: string): Promise<void> {
  await db.update(jobs).set({ fruitlessAttempts: 0 }).where(eq(jobs.id, id));
}

/** Cancels what waits and asks what runs to stop. Returns whether something still runs. */
export async function cancelJobs(db: Db, roundId: string): Promise<boolean> {
  await db
    .update(jobs)
    .set({ state: 'cancelled', finishedAt: sql`now()` })
    .where(and(eq(jobs.roundId, roundId), eq(jobs.state, 'queued')));
  const running = await db
    .update(jobs)
    .set({ isCancelRequested: true })
    .where(and(eq(jobs.roundId, roundId), eq(jobs.state, 'running')))
    .returning({ id: jobs.id });
  return running.length > 0;
}

export async function hasQueuedSampling(db: Db, projectId: string): Promise<boolean> {
  const rows = await db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.projectId, projectId), isNull(jobs.roundId), eq(jobs.stage, 'sample'), eq(jobs.state, 'queued')))
    .limit(1);
  return rows.length > 0;
}

export async function jobsOfRounds(db: Db, roundIds: string[]) {
  if (roundIds.length === 0) return [];
  return db
    .select({
      roundId: sql<string>`${jobs.roundId}`,
      jobId: jobs.id,
      stage: jobs.stage,
      state: jobs.state,
      progress: jobs.progress,
      attempt: jobs.attempt,
      isCancelRequested: jobs.isCancelRequested,
      error: jobs.error,
      errorDetails: jobs.errorDetails,
      createdAt: jobs.createdAt,
      startedAt: jobs.startedAt,
      finishedAt: jobs.finishedAt,
    })
    .from(jobs)
    .where(inArray(jobs.roundId, roundIds))
    .orderBy(asc(jobs.createdAt), asc(jobs.id));
}

/** The newest sampling outside any round: how the first comparisons of a project are coming along. */
export async function latestSampling(
  db: Db,
  projectId: string,
): Promise<{ state: JobState; progress: number; error: string | null; errorDetails: ErrorDetails | null } | undefined> {
  const [row] = await db
    .select({ state: jobs.state, progress: jobs.progress, error: jobs.error, errorDetails: jobs.errorDetails })
    .from(jobs)
    .where(and(eq(jobs.projectId, projectId), isNull(jobs.roundId)))
    .orderBy(desc(jobs.createdAt))
    .limit(1);
  return row;
}

export async function countJobsByState(db: Db): Promise<{ state: JobState; count: number }[]> {
  return db
    .select({ state: jobs.state, count: sql<number>`count(*)::int` })
    .from(jobs)
    .groupBy(jobs.state);
}

export async function listUnfinishedJobs(db: Db): Promise<string[]> {
  const rows = await db
    .select({ id: jobs.id })
    .from(jobs)
    .where(inArray(jobs.state, ['queued', 'running']));
  return rows.map((row) => row.id);
}
