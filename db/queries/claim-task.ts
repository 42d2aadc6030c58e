/**
 * Hands one task to one person, in one statement.
 *
 * Exact: a task is given out only while `answered + leased < overlap` on its own row, which is locked, re-checked by
 * PostgreSQL after the lock, and counted up by the same statement that inserts the lease. Claimers never wait for each
 * other (`skip locked`). The unique index on leases keeps a person from a task that they hold, answered or skipped.
 *
 * Order: fewest answers first, then highest priority; within such a group by id, from a point of one's own to the end and then from
 * the beginning, which is as good as random and the same at every call. `steps` walks the index `tasks_claimable` group by
 * group, two laps each, and only as far as `picked` asks: the cost does not grow with the table.
 */
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import type { TaskKind, TaskPurpose } from '../enums';
import { openHold, type OpenHold } from './holds';

export type Claimant = { userId: string; projectId: string; kind: TaskKind };
export type Claimed = { leaseId: string; taskId: string };
type FoundClaimant = { settings: unknown; hold: OpenHold | null; hasRepeat: boolean };

const isOpen = ({ projectId, kind }: Claimant, purpose: TaskPurpose): SQL =>
  sql`t.project_id = ${projectId} and t.kind = ${kind} and t.purpose = ${sql.raw(`'${purpose}'`)} and t.state = 'open' and t.answered + t.leased < t.overlap`;

/** What a task shows besides its prompt, in one order and without spaces at the ends. */
const texts = (task: string): SQL =>
  sql.raw(`coalesce((
  select array_agg(btrim(r.text, E' \\t\\n\\r') order by 1) from responses r
  where r.id = any(array[${task}.response_a_id, ${task}.response_b_id] || ${task}.response_ids)), '{}')`);

/**
 * Nothing of it is this person's own text, and they have not held, answered or skipped it, nor a task of the same prompt that shows all
 * that it shows. The subquery's `offset 0` keeps PostgreSQL from comparing texts before it knows that there is something to compare.
 */
const isNewTo = ({ userId }: Claimant): SQL => sql`
  not exists (select from demonstrations d where d.user_id = ${userId} and d.response_id = any(array[t.response_a_id, t.response_b_id] || t.response_ids))
  and not exists (
    select from (
      select o.id, o.response_a_id, o.response_b_id, o.response_ids from tasks o join leases l on l.task_id = o.id
      where o.prompt_id = t.prompt_id and (o.kind = t.kind or (o.kind = 'rank' and t.kind = 'compare'))
        and l.user_id = ${userId} and l.state not in ('released', 'expired')
      offset 0
    ) seen where seen.id = t.id or ${texts('t')} <@ ${texts('seen')})`;

/** Not held, answered or skipped; that it shows what they have seen before is the point of it. */
const isRepeatFor = ({ userId }: Claimant): SQL =>
  sql`not exists (select from leases l where l.task_id = t.id and l.user_id = ${userId} and l.state not in ('released', 'expired'))`;

/**
 * What a claim begins with: the person's row, locked, so that two of their tabs get the same task; the project's settings, null where there is
 * none; whether they are paused or warned; whether a repeat waits for them. Undefined when they may not act any more.
 */
export async function lockClaimant(db: Db, by: Claimant): Promise<FoundClaimant | undefined> {
  const { rows } = await db.execute<FoundClaimant>(sql`
    select p.settings, ${openHold(sql`p.id`, sql`u.id`)} as hold, exists (select from tasks t where ${isOpen(by, 'retest')} and t.for_user_id = u.id and ${isRepeatFor(by)}) as "hasRepeat"
    from users u left join projects p on p.id = ${by.projectId}
    where u.id = ${by.userId} and u.disabled_at is null
    for no key update of u`);
  return rows[0];
}

/**
 * Takes a seat on the task in `picked`, and writes the lease. Not for somebody who was paused while lockClaimant() waited for their row: what that
 * statement read besides is older than the lock.
 */
const takePicked = ({ userId, projectId, leaseSeconds }: Claimant & { leaseSeconds: number }): SQL => sql`
  claimed as (
    update tasks t set leased = t.leased + 1
    where t.id = (select id from picked) and t.state = 'open' and t.answered + t.leased < t.overlap
      and not exists (select from holds where project_id = ${projectId} and user_id = ${userId} and level = 'paused' and ended_at is null)
    returning t.id
  )
  insert into leases (task_id, user_id, is_swapped, expires_at)
  select id, ${userId}, get_byte(decode(md5(id::text || ${userId}::text), 'hex'), 0) % 2 = 1, now() + make_interval(secs => ${leaseSeconds})
  from claimed
  returning id as "leaseId", task_id as "taskId"`;

/**
 * Null: nothing is left for this person, or others have their hands on all of it at this very moment; hasClaimableTask() tells
 * which. Call it after lockClaimant().
 */
export async function claimTask(db: Db, by: Claimant & { leaseSeconds: number }): Promise<Claimed | null> {
  const isClaimable = isOpen(by, 'work');
  const { rows } = await db.execute<Claimed>(sql`
    with recursive start as (
      select md5(${by.userId}::text || ${by.kind}::text)::uuid as id
    ), steps as (
      (select t.answered, -t.priority as rank, 1 as lap from tasks t where ${isClaimable} order by t.answered, -t.priority limit 1)
      union all
      select next.answered, next.rank, next.lap from steps s, lateral (
        select s.answered, s.rank, 2 as lap where s.lap = 1
        union all
        (select t.answered, -t.priority, 1 from tasks t
          where s.lap = 2 and ${isClaimable} and (t.answered, -t.priority) > (s.answered, s.rank)
          order by t.answered, -t.priority limit 1)
      ) next
    ), picked as materialized (
      select free.id from steps s, lateral (
        select t.id from tasks t
        where ${isClaimable} and t.answered = s.answered and -t.priority = s.rank
          and t.id >= case s.lap when 1 then (select id from start) else '00000000-0000-0000-0000-000000000000' end
          and t.id <= case s.lap when 1 then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else (select id from start) end
          and ${isNewTo(by)}
        order by t.id limit 1
        for no key update of t skip locked
      ) free
      limit 1
    ), ${takePicked(by)}`);
  return rows[0] ?? null;
}

/**
 * The same for a task that measures the person: gold, quiz or retest, for everybody or for them alone. There are few of them, so they
 * are looked through: highest priority first, then in an order of the person's own.
 */
export async function claimCheck(
  db: Db,
  by: Claimant & { leaseSeconds: number },
  purpose: Exclude<TaskPurpose, 'work'>,
): Promise<Claimed | null> {
  const { rows } = await db.execute<Claimed>(sql`
    with picked as materialized (
      select t.id from tasks t
      where ${isOpen(by, purpose)} and (t.for_user_id is null or t.for_user_id = ${by.userId})
        and ${purpose === 'retest' ? isRepeatFor(by) : isNewTo(by)}
      order by -t.priority, md5(t.id::text || ${by.userId}::text) limit 1
      for no key update of t skip locked
    ), ${takePicked(by)}`);
  return rows[0] ?? null;
}

/** How many tasks of that purpose this person could have, if nobody had a hand on them. */
export async function countChecks(db: Db, by: Claimant, purpose: 'gold' | 'quiz'): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(sql`
    select count(*)::int as n from tasks t
    where ${isOpen(by, purpose)} and (t.for_user_id is null or t.for_user_id = ${by.userId}) and ${isNewTo(by)}`);
  return rows[0]!.n;
}

/** Is there a task that this person could have, if nobody had a hand on it? */
export async function hasClaimableTask(db: Db, by: Claimant): Promise<boolean> {
  const { rows } = await db.execute(sql`select 1 from tasks t where ${isOpen(by, 'work')} and ${isNewTo(by)} limit 1`);
  return rows.length > 0;
}
