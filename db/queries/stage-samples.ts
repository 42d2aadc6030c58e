import { and, asc, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { policyOptimizers } from '../enums';
import { jobs, rounds, stageSamples } from '../schema/training';

export type StageSampleRow = Omit<typeof stageSamples.$inferSelect, 'jobId' | 'position'>;

/** In the place of those that the job reported before. */
export async function replaceStageSamples(db: Db, jobId: string, rows: StageSampleRow[]): Promise<void> {
  await db.delete(stageSamples).where(eq(stageSamples.jobId, jobId));
  if (rows.length > 0) await db.insert(stageSamples).values(rows.map((row, position) => ({ ...row, jobId, position })));
}

const text = {
  prompt: stageSamples.prompt,
  response: stageSamples.response,
  isTruncated: stageSamples.isTruncated,
  score: sql<number | null>`${stageSamples.score}`,
};

/** @param limit of each stage; all unless given */
export async function stageSamplesOfRound(db: Db, roundId: string, limit?: number) {
  return db
    .select({ stage: jobs.stage, ...text })
    .from(stageSamples)
    .innerJoin(jobs, eq(jobs.id, stageSamples.jobId))
    .where(and(eq(jobs.roundId, roundId), limit === undefined ? undefined : lt(stageSamples.position, limit)))
    .orderBy(asc(jobs.createdAt), asc(stageSamples.position));
}

/** What the policies of the last `limit` rounds before this one answered, oldest round first. */
export async function policySamplesBefore(db: Db, round: { projectId: string; number: number }, limit: number) {
  return db
    .select({ round: rounds.number, ...text })
    .from(stageSamples)
    .innerJoin(jobs, eq(jobs.id, stageSamples.jobId))
    .innerJoin(rounds, eq(rounds.id, jobs.roundId))
    .where(
      and(
        eq(rounds.projectId, round.projectId),
        lt(rounds.number, round.number),
        gte(rounds.number, round.number - limit),
        inArray(jobs.stage, [...policyOptimizers]),
      ),
    )
    .orderBy(asc(rounds.number), asc(stageSamples.position));
}
