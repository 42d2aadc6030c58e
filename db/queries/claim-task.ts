/**
 * Hands one task to one person, in one statement.
 *
 * Exact: a task is given out only while `answered + leased < overlap` on its own row, which is locked, re-checked by
 * PostgreSQL after the lock, and counted up by the same statement that inserts the lease. Claimers never wait for each
 * other (`skip locked`). The unique index on leases keeps a person from a task that they hold, answered or skipped.
 *
 * Order: highest priority, then fewest answers; within such a group by id, from a point of one's own to the end and then from
 * the beginning, which is as good as random and the same at every call. `steps` walks the index `tasks_claimable` group by
 * group, two laps each, and only as far as `picked` asks: the cost does not grow with the table.
 */
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import type { TaskKind } from '../enums';

export type Claimant = { userId: string; projectId: string; kind: TaskKind };
type Claimed = { leaseId: string; taskId: string };

const isClaimable = ({ projectId, kind }: Claimant): SQL =>
  sql`t.project_id = ${projectId} and t.kind = ${kind} and t.purpose = 'work' and t.state = 'open' and t.answered + t.leased < t.overlap`;

/** Not held, answered or skipped by this person, and no text of their own in it. */
const isFor = ({ userId }: Claimant): SQL => sql`
  not exists (select from leases l where l.task_id = t.id and l.user_id = ${userId} and l.state not in ('released', 'expired'))
  and not exists (select from demonstrations d where d.user_id = ${userId} and (d.response_id in (t.response_a_id, t.response_b_id) or d.response_id = any(t.response_ids)))`;

/**
 * Null: nothing is left for this person, or others have their hands on all of it at this very moment; hasClaimableTask() tells
 * which. Call it in a transaction that has locked the person's row.
 */
export async function claimTask(db: Db, by: Claimant & { leaseSeconds: number }): Promise<Claimed | null> {
  const { rows } = await db.execute<{ lease_id: string; task_id: string }>(sql`
    with recursive start as (
      select md5(${by.userId}::text || ${by.kind}::text)::uuid as id
    ), steps as (
      (select -t.priority as rank, t.answered, 1 as lap from tasks t where ${isClaimable(by)} order by -t.priority, t.answered limit 1)
      union all
      select next.rank, next.answered, next.lap from steps s, lateral (
        select s.rank, s.answered, 2 as lap where s.lap = 1
        union all
        (select -t.priority, t.answered, 1 from tasks t
          where s.lap = 2 and ${isClaimable(by)} and (-t.priority, t.answered) > (s.rank, s.answered)
          order by -t.priority, t.answered limit 1)
      ) next
    ), picked as materialized (
      select free.id from steps s, lateral (
        select t.id from tasks t
        where ${isClaimable(by)} and -t.priority = s.rank and t.answered = s.answered
          and t.id >= case s.lap when 1 then (select id from start) else '00000000-0000-0000-0000-000000000000' end
          and t.id <= case s.lap when 1 then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else (select id from start) end
          and ${isFor(by)}
        order by t.id limit 1
        for update of t skip locked
      ) free
      limit 1
    ), claimed as (
      update tasks t set leased = t.leased + 1
      where t.id = (select id from picked) and t.state = 'open' and t.answered + t.leased < t.overlap
      returning t.id
    )
    insert into leases (task_id, user_id, is_swapped, expires_at)
    select id, ${by.userId}, get_byte(decode(md5(id::text || ${by.userId}::text), 'hex'), 0) % 2 = 1,
      now() + make_interval(secs => ${by.leaseSeconds})
    from claimed
    returning id as lease_id, task_id`);
  const row = rows[0];
  return row ? { leaseId: row.lease_id, taskId: row.task_id } : null;
}

/** Is there a task that this person could have, if nobody had a hand on it? */
export async function hasClaimableTask(db: Db, by: Claimant): Promise<boolean> {
  const { rows } = await db.execute(sql`select 1 from tasks t where ${isClaimable(by)} and ${isFor(by)} limit 1`);
  return rows.length > 0;
}
