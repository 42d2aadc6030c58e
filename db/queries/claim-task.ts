/**
 * Hands one task to one person, in one statement.
 *
 * Exact: a task is given out only while `answered + leased < overlap` on its own row, which is locked, re-checked by
 * PostgreSQL after the lock, and counted up by the same statement that inserts the lease. Claimers never wait for each
 * other (`skip locked`). The unique index on leases keeps a person from a task that they hold, answered or skipped.
 *
 * Order: highest priority, then fewest answers; within such a group by id, going round from a point of one's own, which is
 * as good as random and the same at every call. It walks the index `tasks_claimable` from group to group and stops at the
 * first task that is free, so its cost does not grow with the table.
 */
import { sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { TaskKind } from '../enums';

type Claimed = { leaseId: string; taskId: string };

/** Null: nothing (left) for this person. Call it in a transaction that has locked the person's row. */
export async function claimTask(
  db: Db,
  by: { userId: string; projectId: string; kind: TaskKind; leaseSeconds: number },
): Promise<Claimed | null> {
  const isClaimable = sql`t.project_id = ${by.projectId} and t.kind = ${by.kind} and t.state = 'open' and t.answered + t.leased < t.overlap`;
  const { rows } = await db.execute<{ lease_id: string; task_id: string }>(sql`
    with recursive start as (
      select md5(${by.userId}::text || ${by.kind}::text)::uuid as id
    ), groups as (
      (select -t.priority as rank, t.answered from tasks t where ${isClaimable} order by -t.priority, t.answered limit 1)
      union all
      select n.rank, n.answered from groups g, lateral (
        select -t.priority as rank, t.answered from tasks t
        where ${isClaimable} and (-t.priority, t.answered) > (g.rank, g.answered)
        order by -t.priority, t.answered limit 1
      ) n
    ), picked as materialized (
      select free.id from groups g
      cross join lateral (
        select id as low, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid as high from start
        union all
        select '00000000-0000-0000-0000-000000000000'::uuid, id from start
      ) lap
      cross join lateral (
        select t.id from tasks t
        where ${isClaimable} and -t.priority = g.rank and t.answered = g.answered and t.id between lap.low and lap.high
          and not exists (
            select from leases l
            where l.task_id = t.id and l.user_id = ${by.userId} and l.state in ('active', 'submitted', 'skipped'))
          and not exists (
            select from demonstrations d
            where d.user_id = ${by.userId} and d.response_id in (t.response_a_id, t.response_b_id))
        order by t.id
        limit 1
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
