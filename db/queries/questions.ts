/** Questions about items and what reviewers answer. What a person does with their own has the person in the WHERE. */
import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import type { TaskKind, TurnRole } from '../enums';
import { questions } from '../schema/questions';

/** Undefined when the person has sent this key before. */
export async function insertQuestion(db: Db, row: typeof questions.$inferInsert): Promise<string | undefined> {
  return (await db.insert(questions).values(row).onConflictDoNothing().returning({ id: questions.id }))[0]?.id;
}

export async function findQuestionByKey(db: Db, userId: string, idempotencyKey: string): Promise<string | undefined> {
  const isIt = and(eq(questions.userId, userId), eq(questions.idempotencyKey, idempotencyKey));
  return (await db.select({ id: questions.id }).from(questions).where(isIt))[0]?.id;
}

/** How many of theirs wait for an answer. */
export async function countWaiting(db: Db, of: { userId: string; projectId: string }): Promise<number> {
  return db.$count(questions, sql`user_id = ${of.userId} and project_id = ${of.projectId} and answer is null`);
}

export async function countOpenQuestions(db: Db, projectSlug: string): Promise<number> {
  return db.$count(questions, sql`project_id = (select id from projects where slug = ${projectSlug}) and answer is null`);
}

/** Of a prompt one of whose pairs has an answer that is known to the project, and asked of people: what is said about it could tell it. */
export const isKnown = sql`exists (
  select from known_answers k join tasks g on g.id = k.task_id where g.prompt_id = q.prompt_id and g.state <> 'withdrawn')`;

/**
 * Whoever asked has had such a pair before them and neither answered nor skipped it: until then it may come back to them, and answers to what
 * they asked are held back.
 */
export const isHeld = sql`exists (
  select from known_answers k join tasks g on g.id = k.task_id join leases l on l.task_id = g.id and l.user_id = q.user_id
  where g.prompt_id = q.prompt_id and g.state <> 'withdrawn'
  group by g.id having bool_and(l.state in ('active', 'released', 'expired')))`;

export type QuestionRow = {
  id: string;
  text: string;
  createdAt: Date;
  answer: string | null;
  answeredAt: Date | null;
  revision: number;
  isPrecedent: boolean;
  title: string;
  /** `red-team`: about a conversation. */
  kind: TaskKind | 'red-team';
  promptId: string | null;
  prompt: string | null;
  /** In the order in which they were shown. */
  responses: string[];
  turns: { role: TurnRole; text: string }[];
};
type OwnRow = QuestionRow & { isSeen: boolean };
type AskedRow = QuestionRow & { userId: string | null; answeredBy: string | null; isKnown: boolean; isHeld: boolean };

const columns = sql`q.id, q.text, q.created_at as "createdAt", q.answer, q.answered_at as "answeredAt", q.revision, q.is_precedent as "isPrecedent",
  q.title, coalesce(t.kind::text, 'red-team') as kind, q.prompt_id as "promptId", p.text as prompt,
  array(select r.text from unnest(q.response_ids) with ordinality u(id, place) join responses r on r.id = u.id order by u.place) as responses,
  coalesce((select json_agg(json_build_object('role', c.role, 'text', c.text) order by c.position)
    from conversation_turns c where c.conversation_id = q.conversation_id), '[]') as turns`;
const item = sql`left join tasks t on t.id = q.task_id left join prompts p on p.id = q.prompt_id`;

type Raw<T> = Omit<T, 'createdAt' | 'answeredAt'> & { createdAt: string; answeredAt: string | null };
const read = async <T extends QuestionRow>(db: Db, query: SQL): Promise<T[]> =>
  (await db.execute<Raw<T>>(query)).rows.map((row) => {
    const { createdAt, answeredAt } = row;
    return { ...row, createdAt: new Date(createdAt), answeredAt: answeredAt && new Date(answeredAt) } as unknown as T;
  });

type Page = { cursor?: string; limit: number };

/** A person's own, newest first; one whose answer is held back is as if it waited. `unseen`: those whose answer they have not read. */
export async function listOwnQuestions(
  db: Db,
  of: { userId: string; projectId: string; show: 'all' | 'unseen' },
  { cursor, limit }: Page,
): Promise<OwnRow[]> {
  const rows = await read<OwnRow & { isHeld: boolean }>(
    db,
    sql`select ${columns}, q.answer is null or q.seen_at is not null as "isSeen", ${isHeld} as "isHeld" from questions q ${item}
      where q.user_id = ${of.userId} and q.project_id = ${of.projectId}
        ${of.show === 'unseen' ? sql`and q.answer is not null and q.seen_at is null and not ${isHeld}` : sql``}
        ${cursor ? sql`and (q.created_at, q.id) < (select created_at, id from questions where id = ${cursor})` : sql``}
      order by q.created_at desc, q.id desc limit ${limit + 1}`,
  );
  return rows.map(({ isHeld: isHeldBack, ...row }) => (isHeldBack ? { ...row, ...unanswered } : row));
}

const unanswered = { answer: null, answeredAt: null, revision: 0, isPrecedent: false, title: '', isSeen: true };

/** Of everybody: those that wait, the oldest first; or those answered, the newest answer first. */
export async function listQuestions(db: Db, of: { projectId: string; isAnswered: boolean }, { cursor, limit }: Page): Promise<AskedRow[]> {
  const at = of.isAnswered ? sql`answered_at` : sql`created_at`;
  const [direction, after] = of.isAnswered ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  return read(
    db,
    sql`select ${columns}, q.user_id as "userId", q.answered_by as "answeredBy", ${isKnown} as "isKnown", ${isHeld} as "isHeld" from questions q ${item}
      where q.project_id = ${of.projectId} and q.answer is ${of.isAnswered ? sql`not null` : sql`null`}
        ${cursor ? sql`and (q.${at}, q.id) ${after} (select ${at}, id from questions where id = ${cursor})` : sql``}
      order by q.${at} ${direction}, q.id ${direction} limit ${limit + 1}`,
  );
}

/** A reviewer's write on the state that they have seen; false when it is another now, or there is no such question. */
async function change(db: Db, of: { id: string; revision: number }, set: Parameters<ReturnType<Db['update']>['set']>[0]): Promise<boolean> {
  const changed = await db
    .update(questions)
    .set({ ...set, revision: sql`revision + 1` })
    .where(and(eq(questions.id, of.id), eq(questions.revision, of.revision)))
    .returning({ id: questions.id });
  return changed.length > 0;
}

/** An answer whose words change is one that the person has not read. */
export function writeAnswer(
  db: Db,
  of: { id: string; revision: number },
  { answer, ...rest }: { answer: string; answeredBy: string; isPrecedent: boolean; title: string },
): Promise<boolean> {
  const isNew = sql`questions.answer is distinct from ${answer}`;
  return change(db, of, {
    ...rest,
    answer,
    answeredAt: sql`case when ${isNew} then now() else answered_at end`,
    seenAt: sql`case when ${isNew} then null else seen_at end`,
  });
}

export const withdrawPrecedent = (db: Db, of: { id: string; revision: number }): Promise<boolean> => change(db, of, { isPrecedent: false });

export async function hasQuestion(db: Db, id: string): Promise<boolean> {
  return (await db.$count(questions, eq(questions.id, id))) > 0;
}

/** The person has read the answer of this revision; a newer one they have not. */
export async function markSeen(db: Db, of: { id: string; userId: string; revision: number }): Promise<void> {
  await db
    .update(questions)
    .set({ seenAt: sql`now()` })
    .where(and(eq(questions.id, of.id), eq(questions.userId, of.userId), sql`answer is not null and revision = ${of.revision}`));
}
