import { asc, eq, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { jobs, stageSamples } from '../schema/training';

export type StageSampleRow = Omit<typeof stageSamples.$inferSelect, 'jobId' | 'position'>;

/** In the place of those that the job reported before. */
export async function replaceStageSamples(db: Db, jobId: string, rows: StageSampleRow[]): Promise<void> {
  await db.delete(stageSamples).where(eq(stageSamples.jobId, jobId));
  if (rows.length > 0) await db.insert(stageSamples).values(rows.map((row, position) => ({ ...row, jobId, position })));
}

export async function stageSamplesOfRound(db: Db, roundId: string) {
  return db
    .select({
      stage: jobs.stage,
      prompt: stageSamples.prompt,
      response: stageSamples.response,
      isTruncated: stageSamples.isTruncated,
      score: sql<number | null>`${stageSamples.score}`,
    })
    .from(stageSamples)
    .innerJoin(jobs, eq(jobs.id, stageSamples.jobId))
    .where(eq(jobs.roundId, roundId))
    .orderBy(asc(jobs.createdAt), asc(stageSamples.position));
}
