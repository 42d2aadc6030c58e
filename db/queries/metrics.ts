import { and, asc, desc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { jobs, metrics, rounds } from '../schema/training';

/**
 * A step taken again after a crash overwrites itself, under a new id, so that whoever reads on from an id sees it. Ids grow
 * within a round, because one worker at a time writes for it, holding the job's row.
 */
export async function upsertMetrics(db: Db, jobId: string, points: { step: number; key: string; value: number }[]): Promise<void> {
  if (points.length === 0) return;
  await db
    .insert(metrics)
    .values(points.map((point) => ({ ...point, jobId })))
    .onConflictDoUpdate({
      target: [metrics.jobId, metrics.key, metrics.step],
      set: { value: sql`excluded.value`, id: sql`excluded.id`, createdAt: sql`now()` },
    });
}

/** What each key came to in each round: in the last stage that has it. */
export async function lastValuesOf(db: Db, roundIds: string[], keys: readonly string[]) {
  return db
    .selectDistinctOn([jobs.roundId, metrics.key], { roundId: jobs.roundId, key: metrics.key, value: metrics.value })
    .from(metrics)
    .innerJoin(jobs, eq(jobs.id, metrics.jobId))
    .where(and(inArray(jobs.roundId, roundIds), inArray(metrics.key, [...keys])))
    .orderBy(jobs.roundId, metrics.key, desc(jobs.createdAt), desc(metrics.step));
}

/** Each key's value in the project's newest round that has it, and that round's number. */
export async function newestValuesOf(db: Db, projectId: string, keys: readonly string[]) {
  return db
    .selectDistinctOn([metrics.key], { key: metrics.key, value: metrics.value, round: rounds.number })
    .from(metrics)
    .innerJoin(jobs, eq(jobs.id, metrics.jobId))
    .innerJoin(rounds, eq(rounds.id, jobs.roundId))
    .where(and(eq(rounds.projectId, projectId), inArray(metrics.key, [...keys])))
    .orderBy(metrics.key, desc(rounds.number), desc(metrics.step));
}

/** In the order they came. */
export async function metricsOfRound(db: Db, roundId: string, afterId: number, limit: number) {
  return db
    .select({ id: metrics.id, jobId: metrics.jobId, stage: jobs.stage, step: metrics.step, key: metrics.key, value: metrics.value })
    .from(metrics)
    .innerJoin(jobs, eq(jobs.id, metrics.jobId))
    .where(and(eq(jobs.roundId, roundId), gt(metrics.id, afterId)))
    .orderBy(asc(metrics.id))
    .limit(limit);
}

/**
 * How often the project's newest reward model prefers what each person preferred, of the held-out pairs that it was measured on.
 * Empty where none has been measured.
 */
export async function rewardModelAgreement(
  db: Db,
  projectId: string,
): Promise<{ rater: string; round: number; share: number; pairs: number }[]> {
  const { rows } = await db.execute<{ rater: string; round: number; share: number; pairs: number }>(sql`
    with newest as (
      select jobs.id, rounds.number from jobs join rounds on rounds.id = jobs.round_id
      where jobs.project_id = ${projectId} and jobs.stage = 'reward' and jobs.state = 'succeeded'
      order by rounds.number desc limit 1
    )
    select split_part(agreed.key, '/', 3) as rater, newest.number as round, agreed.value as share, counted.value as pairs
    from newest
    join metrics agreed on agreed.job_id = newest.id and agreed.key like 'eval_agreement/annotator/%'
    join metrics counted on counted.job_id = newest.id and counted.step = agreed.step
      and counted.key = replace(agreed.key, 'eval_agreement', 'eval_pairs')
    where agreed.step = (select max(step) from metrics where job_id = newest.id and key = agreed.key)`);
  return rows;
}
