import { sql } from 'drizzle-orm';
import type { Db } from '../client';

export async function selectOne(db: Db): Promise<void> {
  await db.execute(sql`select 1`);
}

/** Cheap enough to be asked every few seconds: each reads an index, none counts a large table. */
export async function readGauges(
  db: Db,
): Promise<{ activeLeases: number; runningRounds: number; checkpointBytes: number; people: number }> {
  const { rows } = await db.execute<{ activeLeases: number; runningRounds: number; checkpointBytes: string; people: number }>(sql`
    select
      (select count(*)::int from leases where state = 'active' and expires_at > now()) as "activeLeases",
      (select count(*)::int from rounds where state = 'running') as "runningRounds",
      (select coalesce(sum(bytes), 0) from checkpoints where deleted_at is null and kind <> 'base') as "checkpointBytes",
      (select count(*)::int from users where disabled_at is null) as people`);
  const gauges = rows[0]!;
  return { ...gauges, checkpointBytes: Number(gauges.checkpointBytes) };
}
