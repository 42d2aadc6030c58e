/**
 * The life of a lease after the claim. Each change of a lease's state moves the task's counters in the same statement, so
 * `leased` is always the number of active leases. Rows are locked lease first, then tasks in order of id.
 */
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Db } from '../client';
import type { TaskKind } from '../enums';
import { leases, tasks } from '../schema/labels';
import { prompts, projects, responses } from '../schema/projects';

/** Any number; only one sweeper works at a time, the others go on without waiting. */
const sweepLock = 0x73776570;

/** Gives back the seats of leases that ran out. */
export async function sweepExpiredLeases(db: Db): Promise<void> {
  await db.execute(sql`
    with gate as materialized (
      select pg_try_advisory_xact_lock(${sweepLock}) as is_mine
      where exists (select from leases where state = 'active' and expires_at <= now())
    ), due as (
      select l.id from leases l, gate
      where gate.is_mine and l.state = 'active' and l.expires_at <= now()
      limit 1000 for no key update of l skip locked
    ), expired as (
      update leases set state = 'expired', ended_at = now() where id in (select id from due) returning task_id
    ), seats as (
      select task_id, count(*) as n from expired group by task_id
    ), locked as (
      select t.id, seats.n from tasks t join seats on seats.task_id = t.id order by t.id for no key update of t
    )
    update tasks t set leased = t.leased - locked.n from locked where t.id = locked.id`);
}

const lease = {
  id: leases.id,
  taskId: leases.taskId,
  userId: leases.userId,
  state: leases.state,
  isSwapped: leases.isSwapped,
  expiresAt: leases.expiresAt,
};

/** The person's own lease, locked, with what an answer to it needs. */
export async function lockLease(db: Db, id: string, userId: string) {
  const [row] = await db
    .select({
      ...lease,
      kind: tasks.kind,
      purpose: tasks.purpose,
      taskState: tasks.state,
      projectId: tasks.projectId,
      promptId: tasks.promptId,
      responseAId: tasks.responseAId,
      responseBId: tasks.responseBId,
      responseIds: tasks.responseIds,
      settings: projects.settings,
    })
    .from(leases)
    .innerJoin(tasks, eq(tasks.id, leases.taskId))
    .innerJoin(projects, eq(projects.id, tasks.projectId))
    .where(and(eq(leases.id, id), eq(leases.userId, userId)))
    .for('no key update', { of: leases });
  return row;
}

/** What the person is working on in this project already, oldest first. */
export async function findActiveLeases(db: Db, by: { userId: string; projectId: string; kind: TaskKind }) {
  return db
    .select({ leaseId: leases.id, taskId: leases.taskId, purpose: tasks.purpose })
    .from(leases)
    .innerJoin(tasks, eq(tasks.id, leases.taskId))
    .where(
      and(
        eq(leases.userId, by.userId),
        eq(leases.state, 'active'),
        gt(leases.expiresAt, sql`now()`),
        eq(tasks.projectId, by.projectId),
        eq(tasks.kind, by.kind),
        eq(tasks.state, 'open'),
      ),
    )
    .orderBy(asc(leases.claimedAt), asc(leases.id));
}

const responseA = alias(responses, 'response_a');
const responseB = alias(responses, 'response_b');

/** Everything that is shown with a lease. */
export async function findWork(db: Db, leaseId: string) {
  const [row] = await db
    .select({
      leaseId: leases.id,
      isSwapped: leases.isSwapped,
      expiresAt: leases.expiresAt,
      taskId: tasks.id,
      kind: tasks.kind,
      promptId: prompts.id,
      promptText: prompts.text,
      responseAId: tasks.responseAId,
      responseBId: tasks.responseBId,
      textA: responseA.text,
      textB: responseB.text,
      texts: sql<
        string[] | null
      >`(select array_agg(r.text order by u.place) from unnest(${tasks.responseIds}) with ordinality u(id, place) join responses r on r.id = u.id)`,
    })
    .from(leases)
    .innerJoin(tasks, eq(tasks.id, leases.taskId))
    .innerJoin(prompts, eq(prompts.id, tasks.promptId))
    .leftJoin(responseA, eq(responseA.id, tasks.responseAId))
    .leftJoin(responseB, eq(responseB.id, tasks.responseBId))
    .where(eq(leases.id, leaseId));
  return row;
}

/** More time for an active lease. */
export async function extendLease(db: Db, id: string, leaseSeconds: number): Promise<Date | null> {
  const [row] = await db
    .update(leases)
    .set({ expiresAt: sql`now() + make_interval(secs => ${leaseSeconds})` })
    .where(and(eq(leases.id, id), eq(leases.state, 'active')))
    .returning({ expiresAt: leases.expiresAt });
  return row?.expiresAt ?? null;
}

/** Takes the seat again if the task still has one. @throws a unique violation when the person has another lease on it. */
export async function reviveLease(db: Db, id: string, leaseSeconds: number): Promise<Date | null> {
  const { rows } = await db.execute<{ expires_at: string }>(sql`
    with seat as (
      update tasks t set leased = t.leased + 1
      where t.id = (select task_id from leases where id = ${id} and state in ('expired', 'released'))
        and t.state = 'open' and t.answered + t.leased < t.overlap
      returning t.id
    )
    update leases l set state = 'active', ended_at = null, expires_at = now() + make_interval(secs => ${leaseSeconds})
    from seat where l.id = ${id} and l.task_id = seat.id
    returning l.expires_at`);
  return rows[0] ? new Date(rows[0].expires_at) : null;
}

/** The seat becomes an answer; the last one closes the task. */
export async function completeLease(db: Db, id: string): Promise<void> {
  await db.execute(sql`
    with done as (
      update leases set state = 'submitted', ended_at = now() where id = ${id} and state = 'active' returning task_id
    )
    update tasks t set
      leased = t.leased - 1,
      answered = t.answered + 1,
      state = case when t.state = 'open' and t.answered + 1 >= t.overlap then 'done' else t.state end
    from done where t.id = done.task_id`);
}

/** Gives back all that the person holds in the project. */
export async function releaseLeases(db: Db, of: { userId: string; projectId: string }): Promise<void> {
  await db.execute(sql`
    with held as (
      select l.id from leases l join tasks t on t.id = l.task_id
      where l.user_id = ${of.userId} and l.state = 'active' and t.project_id = ${of.projectId}
      for no key update of l
    ), ended as (
      update leases set state = 'released', ended_at = now() where id in (select id from held) returning task_id
    ), locked as (
      select t.id from tasks t join ended on ended.task_id = t.id order by t.id for no key update of t
    )
    update tasks t set leased = t.leased - 1 from locked where t.id = locked.id`);
}

/** The seat is free again. An inactive lease has none to give back and only changes its state. */
export async function endLease(db: Db, id: string, state: 'released' | 'skipped' | 'late'): Promise<void> {
  await db.execute(sql`
    with before as (
      select id, task_id, state from leases where id = ${id} for no key update
    ), ended as (
      update leases l set state = ${state}, ended_at = now() from before where l.id = before.id
      returning before.task_id, before.state = 'active' as had_seat
    )
    update tasks t set leased = t.leased - 1 from ended where t.id = ended.task_id and ended.had_seat`);
}
