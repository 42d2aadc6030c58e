/** Wakes other processes. Sent when the transaction commits, never before. */
import { sql } from 'drizzle-orm';
import type { Db } from '../client';

export const channels = { jobs: 'heed_jobs', events: 'heed_events' } as const;

export type TrainingEvent = { projectId: string; roundId: string | null; jobId: string | null };

/** There is a job to take, or one to cancel. */
export async function notifyJobs(db: Db): Promise<void> {
  await db.execute(sql`select pg_notify(${channels.jobs}, '')`);
}

/** Something about this round is new: metrics, progress, a state. */
export async function notifyEvent(db: Db, event: TrainingEvent): Promise<void> {
  await db.execute(sql`select pg_notify(${channels.events}, ${JSON.stringify(event)})`);
}
