/**
 * The SQL alone, without HTTP and without thinking: every annotator claims and answers again and again, as fast as the database goes.
 * `ours` are the use cases' own statements; `naive` reads what is free and then writes that it is taken, as one would write it first.
 */
import { randomUUID } from 'node:crypto';
import { pool, transaction } from '@/db/client';
import { claimTask, lockClaimant } from '@/db/queries/claim-task';
import { completeLease, lockLease } from '@/db/queries/leases';
import { insertPreference } from '@/db/queries/preferences';
import type { FilledProject } from './fill';
import { quantiles, type Quantiles } from './quantiles';

/** A claim gives what submitting needs, null when nothing was free. */
type Variant<Held> = { claim(userId: string): Promise<Held | null>; submit(userId: string, held: Held): Promise<void> };

export function ours({ id: projectId }: FilledProject): Variant<string> {
  return {
    claim: (userId) =>
      transaction(async (tx) => {
        const by = { userId, projectId, kind: 'compare' as const };
        await lockClaimant(tx, by);
        return (await claimTask(tx, { ...by, leaseSeconds: 1800 }))?.leaseId ?? null;
      }),
    submit: (userId, leaseId) =>
      transaction(async (tx) => {
        const { projectId, taskId, promptId, responseAId, responseBId } = (await lockLease(tx, leaseId, userId))!;
        const pair = { responseAId: responseAId!, responseBId: responseBId! };
        await insertPreference(tx, { projectId, taskId, leaseId, userId, promptId, ...pair, grade: 1, idempotencyKey: randomUUID() });
        await completeLease(tx, leaseId);
      }),
  };
}

/** The same tasks without our constraints and counters, with an index for the way it looks for them. */
export async function prepareNaive({ id }: FilledProject): Promise<void> {
  await pool().query(
    `create table naive_tasks as select id, overlap, 0 as answered, 0 as leased, 'open' as state, priority from tasks where project_id = '${id}'`,
  );
  await pool().query('alter table naive_tasks add primary key (id)');
  await pool().query(`create index on naive_tasks (answered, priority desc, id) where state = 'open' and answered + leased < overlap`);
  await pool().query('create table naive_leases (id uuid primary key, task_id uuid not null, user_id uuid not null)');
  await pool().query('create table naive_answers (task_id uuid not null, user_id uuid not null)');
  await pool().query('create index on naive_leases (task_id, user_id)');
  await pool().query('vacuum analyze naive_tasks');
}

export const naive: Variant<{ taskId: string }> = {
  async claim(userId) {
    const { rows } = await pool().query<{ id: string; leased: number }>(
      `select t.id, t.leased from naive_tasks t where t.state = 'open' and t.answered + t.leased < t.overlap
        and not exists (select from naive_leases l where l.task_id = t.id and l.user_id = $1)
      order by t.answered, t.priority desc, t.id limit 1`,
      [userId],
    );
    const task = rows[0];
    if (!task) return null;
    await pool().query('update naive_tasks set leased = $2 where id = $1', [task.id, task.leased + 1]);
    await pool().query('insert into naive_leases values ($1, $2, $3)', [randomUUID(), task.id, userId]);
    return { taskId: task.id };
  },
  async submit(userId, { taskId }) {
    const { rows } = await pool().query<{ answered: number; leased: number; overlap: number }>(
      'select answered, leased, overlap from naive_tasks where id = $1',
      [taskId],
    );
    const { answered, leased, overlap } = rows[0]!;
    await pool().query('insert into naive_answers values ($1, $2)', [taskId, userId]);
    await pool().query('update naive_tasks set answered = $2, leased = $3, state = $4 where id = $1', [
      taskId,
      answered + 1,
      Math.max(0, leased - 1),
      answered + 1 >= overlap ? 'done' : 'open',
    ]);
  },
};

/** Milliseconds a claim or a submit, waiting for a connection of the pool included. @param userIds one loop each */
export async function closedLoop<Held>(
  variant: Variant<Held>,
  userIds: string[],
  seconds: number,
): Promise<{ claim: Quantiles; submit: Quantiles; throughput: number; answers: number }> {
  const times = { claim: [] as number[], submit: [] as number[] };
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all(
    userIds.map(async (userId) => {
      while (performance.now() < end) {
        let at = performance.now();
        const held = await variant.claim(userId);
        times.claim.push(performance.now() - at);
        if (held === null) continue;
        at = performance.now();
        await variant.submit(userId, held);
        times.submit.push(performance.now() - at);
      }
    }),
  );
  const answers = times.submit.length;
  return {
    claim: quantiles(times.claim),
    submit: quantiles(times.submit),
    throughput: Math.round((1000 * answers) / (performance.now() - began)),
    answers,
  };
}

export async function examineOurs({ id }: FilledProject, answers: number) {
  const { rows } = await pool().query(
    `select
      (select count(*) from (select l.task_id from leases l join tasks t on t.id = l.task_id where t.project_id = $1 and l.state in ('active', 'submitted') group by l.task_id, t.overlap having count(*) > t.overlap) x)::int as "overAssigned",
      $2 - (select count(*) from preferences where project_id = $1)::int as lost,
      (select count(*) - count(distinct (task_id, user_id)) from preferences where project_id = $1)::int as doubled`,
    [id, answers],
  );
  return rows[0];
}

/** `lost`: answers that the task's counter does not know of. */
export async function examineNaive() {
  const { rows } = await pool().query(
    `select
      (select count(*) from (select l.task_id from naive_leases l join naive_tasks t on t.id = l.task_id group by l.task_id, t.overlap having count(*) > t.overlap) x)::int as "overAssigned",
      ((select count(*) from naive_answers) - (select sum(answered) from naive_tasks))::int as lost,
      (select count(*) - count(distinct (task_id, user_id)) from naive_answers)::int as doubled`,
  );
  return rows[0];
}
