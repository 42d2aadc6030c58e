import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Db } from '../client';
import type { CheckpointKind, JobState, RoundState } from '../enums';
import { checkpoints, jobs, rounds } from '../schema/training';

/** One row a folder: recorded again, it stays the row that it was. Base models may be shared by projects. */
export async function insertCheckpoint(db: Db, row: typeof checkpoints.$inferInsert): Promise<string> {
  const isOurs = sql`kind <> 'base'`;
  const [inserted] = await db
    .insert(checkpoints)
    .values(row)
    .onConflictDoNothing({ target: checkpoints.path, where: isOurs })
    .returning({ id: checkpoints.id });
  if (inserted) return inserted.id;
  const [known] = await db
    .select({ id: checkpoints.id })
    .from(checkpoints)
    .where(and(eq(checkpoints.path, row.path), isOurs));
  return known!.id;
}

const isThere = isNull(checkpoints.deletedAt);

/** The newest of a kind with its files: of a project, a round, or a job. */
export async function latestCheckpoint(
  db: Db,
  of: { kind: CheckpointKind } & ({ projectId: string } | { roundId: string } | { jobId: string }),
) {
  const whose =
    'jobId' in of
      ? eq(checkpoints.jobId, of.jobId)
      : 'roundId' in of
        ? eq(checkpoints.roundId, of.roundId)
        : eq(checkpoints.projectId, of.projectId);
  const [row] = await db
    .select({ id: checkpoints.id, path: checkpoints.path, step: checkpoints.step, sha256: checkpoints.sha256 })
    .from(checkpoints)
    .where(and(whose, eq(checkpoints.kind, of.kind), isThere))
    .orderBy(desc(checkpoints.createdAt), desc(checkpoints.step))
    .limit(1);
  return row;
}

export async function findCheckpoint(db: Db, id: string) {
  const [row] = await db
    .select({
      id: checkpoints.id,
      projectId: checkpoints.projectId,
      roundId: checkpoints.roundId,
      path: checkpoints.path,
      kind: checkpoints.kind,
      deletedAt: checkpoints.deletedAt,
      sha256: checkpoints.sha256,
    })
    .from(checkpoints)
    .where(eq(checkpoints.id, id));
  return row;
}

/** The row first, the files after: a row without `deletedAt` always has its files. Returns the folders to remove. */
export async function markDeleted(db: Db, ids: string[]): Promise<{ id: string; path: string }[]> {
  if (ids.length === 0) return [];
  return db
    .update(checkpoints)
    .set({ deletedAt: sql`now()` })
    .where(and(inArray(checkpoints.id, ids), isThere, sql`${checkpoints.kind} <> 'base'`))
    .returning({ id: checkpoints.id, path: checkpoints.path });
}

/** A job's newer checkpoint makes the older ones of its kind superfluous. */
export async function markOlderDeleted(
  db: Db,
  { jobId, kind, newestId }: { jobId: string; kind: CheckpointKind; newestId: string },
): Promise<{ id: string; path: string }[]> {
  return db
    .update(checkpoints)
    .set({ deletedAt: sql`now()` })
    .where(and(eq(checkpoints.jobId, jobId), eq(checkpoints.kind, kind), sql`${checkpoints.id} <> ${newestId}`, isThere))
    .returning({ id: checkpoints.id, path: checkpoints.path });
}

export type StoredCheckpoint = {
  id: string;
  projectId: string;
  kind: CheckpointKind;
  path: string;
  bytes: number;
  createdAt: Date;
  roundNumber: number | null;
  roundState: RoundState | null;
  jobState: JobState | null;
  /** A running round compares its samples with this one. */
  isPreviousPolicy: boolean;
};

/** Everything that takes up disk, with what the retention rule asks about. Base models are not ours to delete. */
export async function listStoredCheckpoints(db: Db): Promise<StoredCheckpoint[]> {
  return db
    .select({
      id: checkpoints.id,
      projectId: checkpoints.projectId,
      kind: checkpoints.kind,
      path: checkpoints.path,
      bytes: checkpoints.bytes,
      createdAt: checkpoints.createdAt,
      roundNumber: rounds.number,
      roundState: rounds.state,
      jobState: jobs.state,
      isPreviousPolicy: sql<boolean>`exists (select from rounds r where r.previous_policy_id = ${checkpoints.id} and r.state = 'running')`,
    })
    .from(checkpoints)
    .leftJoin(rounds, eq(rounds.id, checkpoints.roundId))
    .leftJoin(jobs, eq(jobs.id, checkpoints.jobId))
    .where(and(isThere, sql`${checkpoints.kind} <> 'base'`));
}

const parents = alias(checkpoints, 'parents');
const parentRounds = alias(rounds, 'parent_rounds');

const view = {
  id: checkpoints.id,
  kind: checkpoints.kind,
  roundNumber: rounds.number,
  step: checkpoints.step,
  path: checkpoints.path,
  sha256: checkpoints.sha256,
  bytes: checkpoints.bytes,
  parentId: checkpoints.parentId,
  parentKind: parents.kind,
  parentRoundNumber: parentRounds.number,
  createdAt: checkpoints.createdAt,
  deletedAt: checkpoints.deletedAt,
};

/** Newest first; full states of unfinished stages are not for people. */
export async function listCheckpoints(db: Db, of: { projectId: string } | { roundId: string }, page: { cursor?: string; limit: number }) {
  const whose = 'roundId' in of ? eq(checkpoints.roundId, of.roundId) : eq(checkpoints.projectId, of.projectId);
  const before = page.cursor
    ? sql`(${checkpoints.createdAt}, ${checkpoints.id}) < (select created_at, id from checkpoints where id = ${page.cursor})`
    : undefined;
  return db
    .select(view)
    .from(checkpoints)
    .leftJoin(rounds, eq(rounds.id, checkpoints.roundId))
    .leftJoin(parents, eq(parents.id, checkpoints.parentId))
    .leftJoin(parentRounds, eq(parentRounds.id, parents.roundId))
    .where(and(whose, sql`${checkpoints.kind} <> 'resume'`, before))
    .orderBy(desc(checkpoints.createdAt), desc(checkpoints.id))
    .limit(page.limit + 1);
}
