/**
 * What goes when a person is deleted, and what was made with their labels. The row in `users` stays, without anything of the person, so that all
 * that refers to it holds. Lock with lockAllOf() first.
 *
 * A text is emptied rather than its row deleted: tasks, and lists of ids in tasks and snapshots, go on pointing to a row. It is kept, under
 * nobody's name, where somebody else has been shown it or has worked from it: what they said is about it.
 */
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import type { CheckpointKind, RoundState } from '../enums';

/**
 * Waits for whatever the person is sending, and lets nothing more of theirs in: with the row in `users` held like this, nothing that refers to it can
 * be inserted. Projects come first, as where a round starts; then in the order in which answers are sent.
 */
export async function lockAllOf(db: Db, userId: string): Promise<void> {
  await db.execute(sql`
    select 1 from projects where id in (select project_id from preferences where user_id = ${userId} union select project_id from demonstrations where user_id = ${userId})
    order by id for no key update`);
  for (const table of ['leases', 'preferences', 'rankings', 'ratings', 'demonstrations', 'conversations'])
    await db.execute(sql`select 1 from ${sql.identifier(table)} where user_id = ${userId} order by id for update`);
  await db.execute(sql`select 1 from questions where ${userId} in (user_id, answered_by) order by id for update`);
  await db.execute(sql`select 1 from users where id = ${userId} for update`);
}

export type AffectedRound = {
  id: string;
  project: string;
  number: number;
  state: RoundState;
  snapshotId: string;
  /** Of theirs, in its snapshot. */
  demonstrations: number;
  comparisons: number;
  verdicts: number;
};
export type AffectedCheckpoint = {
  id: string;
  project: string;
  round: number;
  kind: CheckpointKind;
  step: number;
  createdAt: string;
  /** Its files are there no more. */
  isRemoved: boolean;
};

/** Rounds whose snapshot holds labels of theirs. */
export async function affectedRounds(db: Db, userId: string): Promise<AffectedRound[]> {
  const { rows } = await db.execute<AffectedRound>(sql`
    with held as (
      select s.id,
        (select count(*)::int from unnest(s.demonstration_ids) u(id) join demonstrations d on d.id = u.id where d.user_id = ${userId}) as demonstrations,
        (select count(*)::int from unnest(s.preference_ids) u(id) join preferences f on f.id = u.id where f.user_id = ${userId}) as comparisons,
        (select count(*)::int from unnest(s.verdict_ids) u(id) join verdicts v on v.id = u.id where v.reviewer_id = ${userId}) as verdicts
      from snapshots s
    )
    select r.id, p.slug as project, r.number, r.state, r.snapshot_id as "snapshotId", held.demonstrations, held.comparisons, held.verdicts
    from held join rounds r on r.snapshot_id = held.id join projects p on p.id = r.project_id
    where held.demonstrations + held.comparisons + held.verdicts > 0
    order by p.slug, r.number`);
  return rows;
}

/** Made in these rounds, or from a checkpoint that was. */
export async function checkpointsOfRounds(db: Db, roundIds: string[]): Promise<AffectedCheckpoint[]> {
  if (roundIds.length === 0) return [];
  const { rows } = await db.execute<AffectedCheckpoint>(sql`
    with recursive made as (
      select * from checkpoints where round_id in ${roundIds}
      union
      select c.* from checkpoints c join made on c.parent_id = made.id
    )
    select made.id, p.slug as project, r.number as round, made.kind, made.step, made.deleted_at is not null as "isRemoved",
      to_char(made.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "createdAt"
    from made join rounds r on r.id = made.round_id join projects p on p.id = made.project_id
    order by p.slug, r.number, made.created_at, made.id`);
  return rows;
}

/** A text that somebody else has been shown in a task, has judged, has started from, or set as a known answer. */
const isOthersToo = (userId: string): SQL => sql`(
  exists (
    select from tasks t where t.prompt_id = r.prompt_id and r.id = any(array[t.response_a_id, t.response_b_id] || t.response_ids)
      and (exists (select from leases l where l.task_id = t.id and l.user_id <> ${userId}) or exists (select from known_answers k where k.task_id = t.id))
  )
  or exists (
    select from preferences x where x.prompt_id = r.prompt_id and x.user_id is distinct from ${userId} and r.id in (x.response_a_id, x.response_b_id)
  )
  or exists (select from verdicts v where v.prompt_id = r.prompt_id and r.id in (v.response_a_id, v.response_b_id))
  or exists (select from demonstrations d where d.started_from_id = r.id and d.user_id is distinct from ${userId}))`;

const written = (userId: string): SQL => sql`select response_id from demonstrations where user_id = ${userId}`;

/** Prompts that are nothing but what they said in a conversation, and with which nobody else has had to do. */
const ownPrompts = (userId: string): SQL => sql`
  select p.id from prompts p
  where p.source = 'red team' and not p.is_sampled and p.text <> ''
    and p.id in (select d.prompt_id from conversations c join demonstrations d on d.id = c.demonstration_id where c.user_id = ${userId})
    and not exists (select from tasks t where t.prompt_id = p.id)
    and not exists (select from demonstrations d where d.prompt_id = p.id and d.user_id is distinct from ${userId})
    and not exists (select from preferences x where x.prompt_id = p.id and x.user_id is distinct from ${userId})`;

/** Answers in their first versions. */
export type DeletionCounts = {
  comparisons: number;
  rankings: number;
  ratings: number;
  demonstrations: number;
  conversations: number;
  skips: number;
  drafts: number;
  /** Of theirs, and of others to which theirs is the answer. */
  questions: number;
  questionsAnswered: number;
  /** On prompts, as a reviewer. */
  comments: number;
  /** Tasks that need one answer more where theirs go. */
  reopened: number;
  /** Texts of theirs that stay, because others have been shown them, and that are emptied, where their answers go. */
  textsKept: number;
  textsEmptied: number;
};

export async function countAllOf(db: Db, userId: string): Promise<DeletionCounts> {
  const own = (table: string, more: SQL = sql``) =>
    sql`(select count(*)::int from ${sql.identifier(table)} where user_id = ${userId} ${more})`;
  const first = sql`and supersedes_id is null`;
  const { rows } = await db.execute<DeletionCounts>(sql`
    select ${own('preferences', sql`and supersedes_id is null and task_id is not null`)} as comparisons, ${own('rankings', first)} as rankings, ${own('ratings', first)} as ratings,
      ${own('demonstrations', first)} as demonstrations, ${own('conversations')} as conversations, ${own('skips')} as skips, ${own('drafts')} as drafts,
      ${own('questions')} as questions, (select count(*)::int from questions where answered_by = ${userId}) as "questionsAnswered", ${own('comments')} as comments,
      (select count(*)::int from leases l join tasks t on t.id = l.task_id
        where l.user_id = ${userId} and l.state = 'submitted' and t.state <> 'withdrawn' and t.for_user_id is null) as reopened,
      count(*) filter (where is_kept)::int as "textsKept", count(*) filter (where not is_kept)::int as "textsEmptied"
    from (select ${isOthersToo(userId)} as is_kept from responses r where r.id in (${written(userId)})) texts`);
  return rows[0]!;
}

/** Seats that they held or filled are free again; tasks in order of id. `submitted`: also where they have answered. */
async function freeSeats(db: Db, userId: string, states: ('active' | 'submitted')[]): Promise<void> {
  await db.execute(sql`
    with given as (
      select task_id, (count(*) filter (where state = 'submitted'))::int as answered, (count(*) filter (where state = 'active'))::int as leased
      from leases where user_id = ${userId} and state in ${states} group by task_id
    ), locked as (
      select t.id, given.answered, given.leased from tasks t join given on given.task_id = t.id order by t.id for no key update of t
    )
    update tasks t set
      answered = t.answered - locked.answered,
      leased = t.leased - locked.leased,
      state = case when t.state = 'done' and t.answered - locked.answered < t.overlap then 'open' else t.state end
    from locked where t.id = locked.id`);
  // Asked of them alone: nobody else will answer it.
  await db.execute(sql`update tasks set state = 'withdrawn' where for_user_id = ${userId} and state = 'open'`);
}

/** Answers stay; what is open goes back. */
export async function releaseAllOf(db: Db, userId: string): Promise<void> {
  await freeSeats(db, userId, ['active']);
  await db.execute(sql`update leases set state = 'released', ended_at = now() where user_id = ${userId} and state = 'active'`);
}

/** Everything that they have answered, and the seats that it took. */
export async function removeAnswersOf(db: Db, userId: string): Promise<void> {
  await freeSeats(db, userId, ['active', 'submitted']);
  const { rows } = await db.execute<{ id: string }>(sql`
    update responses r set text = '' where r.id in (${written(userId)}) and not ${isOthersToo(userId)} returning r.id`);
  if (rows.length > 0) {
    const emptied = sql`array[${sql.join(rows.map(({ id }) => sql`${id}::uuid`), sql`, `)}]`; // prettier-ignore
    await db.execute(sql`
      update tasks set state = 'withdrawn' where id in (
        select t.id from tasks t join responses r on r.prompt_id = t.prompt_id
        where r.id = any(${emptied}) and t.state = 'open' and r.id = any(array[t.response_a_id, t.response_b_id] || t.response_ids)
        order by t.id for no key update of t)`);
  }
  await db.execute(sql`
    with emptied as (update prompts set text = '', text_hash = 'emptied ' || id where id in (${ownPrompts(userId)}) returning id)
    update responses set text = '' where prompt_id in (select id from emptied)`);
  // A verdict is the project's word, which others build on; why they gave it is theirs.
  await db.execute(sql`update verdicts set reason = '' where reviewer_id = ${userId}`);
  await removeQuestionsOf(db, userId);
  await db.execute(sql`delete from preferences where user_id = ${userId}`);
  await db.execute(sql`delete from conversation_turns where conversation_id in (select id from conversations where user_id = ${userId})`);
  for (const table of ['conversations', 'rankings', 'ratings', 'demonstrations', 'skips', 'leases', 'comments'])
    await db.execute(sql`delete from ${sql.identifier(table)} where user_id = ${userId}`);
}

/** What they answered goes, and its question is open again. A precedent is the project's word, too: without what they asked it stays. */
async function removeQuestionsOf(db: Db, userId: string): Promise<void> {
  await db.execute(sql`delete from questions where answered_by = ${userId} and user_id is null`);
  await db.execute(sql`
    update questions set answer = null, answered_by = null, answered_at = null, is_precedent = false, title = '', seen_at = null, revision = revision + 1
    where answered_by = ${userId}`);
  await db.execute(sql`delete from questions where user_id = ${userId} and not is_precedent`);
  await db.execute(sql`update questions set user_id = null, text = '', revision = revision + 1 where user_id = ${userId}`);
}

/** All that says who they were, and what is about nobody but them. */
export async function forgetPerson(db: Db, userId: string): Promise<void> {
  const email = sql`(select lower(email) from users where id = ${userId})`;
  for (const table of ['drafts', 'guideline_reads', 'qualifications', 'holds', 'api_tokens'])
    await db.execute(sql`delete from ${sql.identifier(table)} where user_id = ${userId}`);
  // As lib/auth/sign-in.ts spells them: `email:ADDRESS`, `pair:PLACE ADDRESS`.
  await db.execute(sql`delete from sign_in_failures where lower(regexp_replace(key, '^(email:|pair:\\S* )', '')) = ${email}`);
  await db.execute(sql`
    update invitations set email = null, revoked_at = case when accepted_at is null then coalesce(revoked_at, now()) else revoked_at end
    where accepted_by = ${userId} or lower(email) = ${email}`);
  await db.execute(sql`
    update audit_log set data = data - 'email' - 'name'
    where lower(data->>'email') = ${email} or (actor_id = ${userId} and action like 'api-token.%')`);
  await db.execute(sql`
    update users set email = id::text, name = '', password_hash = null, keys = '{}', deleted_at = now(), disabled_at = coalesce(disabled_at, now())
    where id = ${userId}`);
}

export type DeletionRow<T> = { id: string; deletedAt: Date; report: T };

/** Newest first, at most two hundred; or one. What was written down about each stands in the audit log. */
export async function listDeletions<T>(db: Db, id?: string): Promise<DeletionRow<T>[]> {
  const { rows } = await db.execute<{ id: string; deletedAt: string; report: T }>(sql`
    select u.id, u.deleted_at as "deletedAt",
      (select a.data from audit_log a where a.subject_id = u.id::text and a.action = 'person.delete' order by a.id desc limit 1) as report
    from users u where u.deleted_at is not null ${id ? sql`and u.id = ${id}` : sql``} order by u.deleted_at desc, u.id limit 200`);
  return rows.map((row) => ({ ...row, deletedAt: new Date(row.deletedAt) }));
}
