import { sql } from 'drizzle-orm';
import type { Db } from '../client';

export async function selectOne(db: Db): Promise<void> {
  await db.execute(sql`select 1`);
}

/** How many connections the server gives to accounts without privileges, ours and everybody else's. */
export async function connectionLimit(db: Db): Promise<number> {
  const { rows } = await db.execute<{ limit: number }>(sql`
    select (sum(setting::int * case name when 'max_connections' then 1 else -1 end))::int as "limit" from pg_settings
    where name in ('max_connections', 'superuser_reserved_connections', 'reserved_connections')`);
  return rows[0]!.limit;
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
