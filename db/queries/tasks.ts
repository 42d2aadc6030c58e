/** Making tasks and taking them back; claims and answers are in claim-task.ts and leases.ts. */
import { and, eq, isNull, ne, or, sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { TaskKind } from '../enums';
import { tasks } from '../schema/tasks';

type NewTasks = { projectId: string; roundId: string | null; priority: number };
type NewTask = { promptId: string; overlap: number };

/** Pairs that are there already are left alone. Returns how many tasks were made. */
export async function insertCompareTasks(
  db: Db,
  of: NewTasks,
  pairs: (NewTask & { responseAId: string; responseBId: string })[],
): Promise<number> {
  return insertTasks(
    db,
    pairs.map((pair) => ({ ...of, ...pair, kind: 'compare' })),
  );
}

export async function insertRankTasks(db: Db, of: NewTasks, rankings: (NewTask & { responseIds: string[] })[]): Promise<number> {
  return insertTasks(
    db,
    rankings.map((ranking) => ({ ...of, ...ranking, kind: 'rank' })),
  );
}

export async function insertRateTasks(db: Db, of: NewTasks, samples: (NewTask & { responseId: string })[]): Promise<number> {
  return insertTasks(
    db,
    samples.map(({ responseId, ...task }) => ({ ...of, ...task, responseAId: responseId, kind: 'rate' })),
  );
}

async function insertTasks(db: Db, rows: (typeof tasks.$inferInsert)[]): Promise<number> {
  let made = 0;
  for (let start = 0; start < rows.length; start += 1000)
    made += (
      await db
        .insert(tasks)
        .values(rows.slice(start, start + 1000))
        .onConflictDoNothing()
        .returning({ id: tasks.id })
    ).length;
  return made;
}

/** Prompts that have their demonstration task already are left alone. */
export async function insertDemonstrateTasks(db: Db, projectId: string, prompts: NewTask[]): Promise<number> {
  return insertTasks(
    db,
    prompts.map((prompt) => ({ ...prompt, projectId, kind: 'demonstrate' })),
  );
}

/**
 * The prompts that are still missing a demonstration task where the project shall have `wanted`: sampled ones of the training split, first
 * come first served; those that came together in a fixed shuffle. Held-out prompts are never shown: a demonstration would train on what
 * must stay unseen.
 */
export async function promptsToDemonstrate(
  db: Db,
  of: { projectId: string; wanted: number },
): Promise<{ promptId: string; textHash: string }[]> {
  const { rows } = await db.execute<{ promptId: string; textHash: string }>(sql`
    select p.id as "promptId", p.text_hash as "textHash"
    from prompts p
    where p.project_id = ${of.projectId} and p.split = 'train' and p.is_sampled
      and not exists (select from tasks t where t.prompt_id = p.id and t.kind = 'demonstrate')
    order by p.created_at, p.text_hash
    limit greatest(0, ${of.wanted} - (select count(*) from tasks where project_id = ${of.projectId} and kind = 'demonstrate'))`);
  return rows;
}

/**
 * Gives demonstration tasks the newest policy's answer to start from, one that was not cut off where there is one. Tasks that somebody
 * has open or has answered keep theirs: everybody starts from the same text. @returns how many were given one
 */
export async function offerModelAnswers(db: Db, projectId: string): Promise<number> {
  const { rowCount } = await db.execute(sql`
    with untouched as (
      select id, prompt_id from tasks
      where project_id = ${projectId} and kind = 'demonstrate' and purpose = 'work' and state = 'open' and answered = 0 and leased = 0
      order by id for no key update skip locked
    ), newest as (
      select untouched.id, answer.id as response_id from untouched, lateral (
        select r.id from responses r
        left join checkpoints c on c.id = r.checkpoint_id left join rounds n on n.id = c.round_id
        where r.prompt_id = untouched.prompt_id and r.origin = 'policy' and r.text ~ '\\S'
        order by coalesce(n.number, 0) desc, r.is_truncated, md5(r.text), r.id limit 1
      ) answer
    )
    update tasks t set response_a_id = newest.response_id from newest
    where t.id = newest.id and t.response_a_id is distinct from newest.response_id`);
  return rowCount ?? 0;
}

/**
 * The rule for old policies' responses: once a round brings new tasks of a kind, those of earlier rounds that nobody has answered
 * are withdrawn, for they would judge a model that is no longer trained. Answered ones stay open until they have their
 * overlap. Who has one open may finish it: the answer is kept, as late.
 */
export async function withdrawUnanswered(
  db: Db,
  of: { projectId: string; kind: 'compare' | 'rank' | 'rate'; newestRoundId: string },
): Promise<number> {
  const isOlder = or(isNull(tasks.roundId), ne(tasks.roundId, of.newestRoundId));
  const { rowCount } = await db.execute(sql`
    update tasks set state = 'withdrawn' where id in (
      select id from tasks
      where ${and(eq(tasks.projectId, of.projectId), eq(tasks.kind, of.kind), eq(tasks.purpose, 'work'), eq(tasks.state, 'open'), eq(tasks.answered, 0), isOlder)}
      order by id for no key update)`);
  return rowCount ?? 0;
}

export type KindCounts = { kind: TaskKind; answeredByMe: number; answeredByMeToday: number; open: number; total: number };

/** Per kind: what is there, and what this person has done of it. An answer counts on the day it was first given, amended or not. */
export async function countWork(db: Db, of: { projectId: string; userId: string }): Promise<KindCounts[]> {
  const { rows } = await db.execute<KindCounts>(sql`
    with mine as (
      select 'compare'::task_kind as kind, created_at from preferences
      where user_id = ${of.userId} and project_id = ${of.projectId} and task_id is not null and supersedes_id is null
      union all
      select 'demonstrate', created_at from demonstrations
      where user_id = ${of.userId} and project_id = ${of.projectId} and task_id is not null and supersedes_id is null
      union all
      select 'rank', created_at from rankings
      where user_id = ${of.userId} and project_id = ${of.projectId} and supersedes_id is null
      union all
      select 'rate', created_at from ratings
      where user_id = ${of.userId} and project_id = ${of.projectId} and supersedes_id is null
    ), done as (
      select kind, count(*)::int as answered, (count(*) filter (where created_at >= date_trunc('day', now())))::int as today
      from mine group by kind
    ), there as (
      select kind, sum(open)::int as open, sum(total)::int as total from task_counts where project_id = ${of.projectId} group by kind
    )
    select k.kind, coalesce(done.answered, 0) as "answeredByMe", coalesce(done.today, 0) as "answeredByMeToday",
      coalesce(there.open, 0) as open, coalesce(there.total, 0) as total
    from unnest(enum_range(null::task_kind)) as k(kind) left join done using (kind) left join there using (kind)`);
  return rows;
}
