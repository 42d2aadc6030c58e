/**
 * The life of a lease after the claim. Each change of a lease's state moves the task's counters in the same statement, so
 * `leased` is always the number of active leases. Rows are locked lease first, then tasks in order of id. What every claim and every
 * answer runs is written as SQL: to build the same statement anew from a query builder takes the web process longer than the wait for it.
 */
import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import type { LeaseState, TaskKind, TaskPurpose, TaskState } from '../enums';
import { leases } from '../schema/tasks';
import type { Draft } from './drafts';

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

type LockedLease = {
  id: string;
  taskId: string;
  userId: string;
  state: LeaseState;
  isSwapped: boolean;
  kind: TaskKind;
  purpose: TaskPurpose;
  taskState: TaskState;
  projectId: string;
  promptId: string;
  responseAId: string | null;
  responseBId: string | null;
  responseIds: string[] | null;
  settings: unknown;
};

/** The person's own lease, locked, with what an answer to it needs. */
export async function lockLease(db: Db, id: string, userId: string): Promise<LockedLease | undefined> {
  const { rows } = await db.execute<LockedLease>(sql`
    select l.id, l.task_id as "taskId", l.user_id as "userId", l.state, l.is_swapped as "isSwapped", t.kind, t.purpose, t.state as "taskState",
      t.project_id as "projectId", t.prompt_id as "promptId", t.response_a_id as "responseAId", t.response_b_id as "responseBId",
      t.response_ids as "responseIds", p.settings
    from leases l join tasks t on t.id = l.task_id join projects p on p.id = t.project_id
    where l.id = ${id} and l.user_id = ${userId}
    for no key update of l`);
  return rows[0];
}

export type OpenLease = { leaseId: string; taskId: string; purpose: TaskPurpose };

/** What the person is working on in this project already, oldest first. */
export async function findActiveLeases(db: Db, by: { userId: string; projectId: string; kind: TaskKind }): Promise<OpenLease[]> {
  const { rows } = await db.execute<OpenLease>(sql`
    select l.id as "leaseId", l.task_id as "taskId", t.purpose
    from leases l join tasks t on t.id = l.task_id
    where l.user_id = ${by.userId} and l.state = 'active' and l.expires_at > now()
      and t.project_id = ${by.projectId} and t.kind = ${by.kind} and t.state = 'open'
    order by l.claimed_at, l.id`);
  return rows;
}

export type Work = {
  leaseId: string;
  isSwapped: boolean;
  expiresAt: Date;
  taskId: string;
  kind: TaskKind;
  promptId: string;
  promptText: string;
  responseAId: string | null;
  textA: string | null;
  textB: string | null;
  /** Of a ranking, in the task's order. */
  texts: string[] | null;
  draft: Draft | null;
};

/** Everything that is shown with a lease, and what the person has typed for it. */
export async function findWork(db: Db, leaseId: string): Promise<Work | undefined> {
  const { rows } = await db.execute<Omit<Work, 'expiresAt'> & { expiresAt: string }>(sql`
    select l.id as "leaseId", l.is_swapped as "isSwapped", l.expires_at as "expiresAt", t.id as "taskId", t.kind,
      p.id as "promptId", p.text as "promptText", t.response_a_id as "responseAId", a.text as "textA", b.text as "textB",
      (select array_agg(r.text order by u.place) from unnest(t.response_ids) with ordinality u(id, place) join responses r on r.id = u.id) as texts,
      (select json_build_object('text', d.text, 'revision', d.revision, 'startedFromId', d.started_from_id)
        from drafts d where d.user_id = l.user_id and d.task_id = t.id) as draft
    from leases l join tasks t on t.id = l.task_id join prompts p on p.id = t.prompt_id
      left join responses a on a.id = t.response_a_id left join responses b on b.id = t.response_b_id
    where l.id = ${leaseId}`);
  return rows[0] && { ...rows[0], expiresAt: new Date(rows[0].expiresAt) };
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

const withoutDraft = (ended: SQL): SQL => sql`
    draft as (delete from drafts d using ${ended} e where d.user_id = e.user_id and d.task_id = e.task_id)`;

/** The seat becomes an answer, which takes the place of what was typed; the last one closes the task. */
export async function completeLease(db: Db, id: string): Promise<void> {
  await db.execute(sql`
    with done as (
      update leases set state = 'submitted', ended_at = now() where id = ${id} and state = 'active' returning task_id, user_id
    ), ${withoutDraft(sql`done`)}
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

/** The seat is free again. An inactive lease has none to give back and only changes its state. What was typed stays with a task given back. */
export async function endLease(db: Db, id: string, state: 'released' | 'skipped' | 'late'): Promise<void> {
  await db.execute(sql`
    with before as (
      select id, task_id, state from leases where id = ${id} for no key update
    ), ended as (
      update leases l set state = ${state}, ended_at = now() from before where l.id = before.id
      returning before.task_id, l.user_id, before.state = 'active' as had_seat
    )${state === 'released' ? sql`` : sql`, ${withoutDraft(sql`ended`)}`}
    update tasks t set leased = t.leased - 1 from ended where t.id = ended.task_id and ended.had_seat`);
}
