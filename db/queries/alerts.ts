import { asc, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { alerts, jobs } from '../schema/training';

type NewAlert = Omit<typeof alerts.$inferInsert, 'id' | 'firstStep' | 'createdAt'>;

/** One row a stage and monitor: what is reported later takes its place, but keeps when it was raised first. */
export async function upsertAlert(db: Db, alert: NewAlert): Promise<void> {
  const { severity, step, seen, advice, evidence, isHalting } = alert;
  await db
    .insert(alerts)
    .values({ ...alert, firstStep: step })
    .onConflictDoUpdate({
      target: [alerts.jobId, alerts.monitor],
      set: { severity, step, seen, advice, evidence, isHalting },
      // A stage taken up again from an older state may report again what has grown graver since.
      setWhere: sql`${alerts.step} <= excluded.step`,
    });
}

/** Gravest first, then in the order they were raised. */
export async function alertsOfRound(db: Db, roundId: string) {
  return db
    .select({
      id: alerts.id,
      stage: jobs.stage,
      monitor: alerts.monitor,
      severity: alerts.severity,
      firstStep: alerts.firstStep,
      step: alerts.step,
      seen: alerts.seen,
      advice: alerts.advice,
      evidence: alerts.evidence,
      isHalting: alerts.isHalting,
      createdAt: alerts.createdAt,
    })
    .from(alerts)
    .innerJoin(jobs, eq(jobs.id, alerts.jobId))
    .where(eq(alerts.roundId, roundId))
    .orderBy(desc(alerts.isHalting), desc(alerts.severity), asc(alerts.createdAt), asc(alerts.id));
}
