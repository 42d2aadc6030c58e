/**
 * Tasks with a known answer, and how people did on them. A person's first answer is the one that is measured: an amendment may have
 * been made with the explanation read.
 */
import { and, desc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Db } from '../client';
import type { TaskPurpose } from '../enums';
import { tasks } from '../schema/tasks';
import { prompts, responses } from '../schema/projects';
import { knownAnswers, qualifications } from '../schema/quality';

/** For everybody: the most that the column holds. */
const everybody = 32_767;

export async function findPair(db: Db, responseAId: string, responseBId: string) {
  const rows = await db
    .select({ id: responses.id, text: responses.text, promptId: responses.promptId, projectId: responses.projectId })
    .from(responses)
    .where(inArray(responses.id, [responseAId, responseBId]));
  const of = (id: string) => rows.find((row) => row.id === id);
  const [a, b] = [of(responseAId), of(responseBId)];
  return a && b && { a, b };
}

/** Is this pair, whichever way round, there already with a known answer for that purpose? */
export async function hasKnownAnswer(
  db: Db,
  { responseAId, responseBId, purpose }: { responseAId: string; responseBId: string; purpose: TaskPurpose },
): Promise<boolean> {
  const pair = [responseAId, responseBId];
  const found = await db
    .select({ id: tasks.id })
    .from(tasks)
    .innerJoin(knownAnswers, eq(knownAnswers.taskId, tasks.id))
    .where(and(inArray(tasks.responseAId, pair), inArray(tasks.responseBId, pair), eq(tasks.purpose, purpose), eq(tasks.state, 'open')))
    .limit(1);
  return found.length > 0;
}

type NewKnownAnswer = Omit<typeof knownAnswers.$inferInsert, 'taskId'> & {
  projectId: string;
  promptId: string;
  responseAId: string;
  responseBId: string;
  purpose: 'quiz' | 'gold';
};

/** Returns the new task's id. */
export async function insertKnownAnswer(db: Db, row: NewKnownAnswer): Promise<string> {
  const { projectId, promptId, responseAId, responseBId, purpose, ...known } = row;
  const [task] = await db
    .insert(tasks)
    .values({ projectId, kind: 'compare', promptId, purpose, responseAId, responseBId, overlap: everybody })
    .returning({ id: tasks.id });
  await db.insert(knownAnswers).values({ ...known, taskId: task!.id });
  return task!.id;
}

/** Nobody gets it any more; what people answered stays. False when there is none such. */
export async function withdrawKnownAnswer(db: Db, taskId: string): Promise<boolean> {
  const rows = await db
    .update(tasks)
    .set({ state: 'withdrawn' })
    .where(and(eq(tasks.id, taskId), eq(tasks.state, 'open'), inArray(tasks.purpose, ['quiz', 'gold'])))
    .returning({ id: tasks.id });
  return rows.length > 0;
}

const responseA = alias(responses, 'response_a');
const responseB = alias(responses, 'response_b');

/** The first answer to a known-answer task, as `p` beside `k` (known_answers), `t` (tasks) and `l` (leases). */
const measured = sql`known_answers k join tasks t on t.id = k.task_id join leases l on l.task_id = t.id
  left join preferences p on p.task_id = t.id and p.user_id = l.user_id and p.supersedes_id is null`;
const isRight = sql`p.id is not null and sign(p.grade) = k.expected`;
/** A quiz item that is skipped is one that was not answered as expected; a skipped gold item says nothing. */
const isAsked = sql`l.state = 'submitted' or (l.state = 'skipped' and t.purpose = 'quiz')`;
const isOfAttempt = (attemptFrom: SQL): SQL => sql`t.purpose = 'quiz' and l.ended_at >= coalesce(${attemptFrom}, '-infinity')`;

/** Those that are given out, newest first. */
export async function listKnownAnswers(db: Db, projectId: string) {
  return db
    .select({
      taskId: tasks.id,
      purpose: tasks.purpose,
      promptId: tasks.promptId,
      promptText: prompts.text,
      textA: responseA.text,
      textB: responseB.text,
      expected: knownAnswers.expected,
      explanation: knownAnswers.explanation,
      isExplained: knownAnswers.isExplained,
      answered: tasks.answered,
      right: sql<number>`(select count(*)::int from preferences p where p.task_id = ${tasks.id} and p.supersedes_id is null and sign(p.grade) = ${knownAnswers.expected})`,
    })
    .from(knownAnswers)
    .innerJoin(tasks, eq(tasks.id, knownAnswers.taskId))
    .innerJoin(prompts, eq(prompts.id, tasks.promptId))
    .innerJoin(responseA, eq(responseA.id, tasks.responseAId))
    .innerJoin(responseB, eq(responseB.id, tasks.responseBId))
    .where(and(eq(tasks.projectId, projectId), eq(tasks.state, 'open')))
    .orderBy(desc(knownAnswers.createdAt), desc(tasks.id))
    .limit(500);
}

type Person = { projectId: string; userId: string };

/** Where the person stands in their present attempt. */
export async function findQuizResult(db: Db, { projectId, userId }: Person) {
  const { rows } = await db.execute<{ isPassed: boolean; asked: number; right: number }>(sql`
    select q.passed_at is not null as "isPassed", coalesce(g.asked, 0) as asked, coalesce(g.right, 0) as "right"
    from (values (1)) one left join qualifications q on q.project_id = ${projectId} and q.user_id = ${userId},
    lateral (
      select count(*)::int as asked, (count(*) filter (where ${isRight}))::int as "right" from ${measured}
      where t.project_id = ${projectId} and l.user_id = ${userId} and (${isAsked}) and ${isOfAttempt(sql`q.attempt_from`)}
    ) g`);
  return rows[0]!;
}

export type PersonResult = {
  userId: string;
  attempts: number;
  passedAt: Date | null;
  /** The reviewer who let them in. */
  overriddenBy: string | null;
  quizAsked: number;
  quizRight: number;
  goldAsked: number;
  goldRight: number;
};

/** Everybody who may label as an annotator, and whoever was measured, in the order in which they came to Heed; at most five hundred. */
export async function listPersonResults(db: Db, projectId: string): Promise<PersonResult[]> {
  const { rows } = await db.execute<Omit<PersonResult, 'passedAt'> & { passedAt: string | null }>(sql`
    with given as (
      select l.user_id, t.purpose, l.ended_at, ${isRight} as is_right,
        ${isOfAttempt(sql`q.attempt_from`)} as is_quiz
      from ${measured} left join qualifications q on q.project_id = t.project_id and q.user_id = l.user_id
      where t.project_id = ${projectId} and (${isAsked})
    ), counts as (
      select user_id, (count(*) filter (where is_quiz))::int as quiz_asked, (count(*) filter (where is_quiz and is_right))::int as quiz_right,
        (count(*) filter (where purpose = 'gold'))::int as gold_asked, (count(*) filter (where purpose = 'gold' and is_right))::int as gold_right
      from given group by user_id
    )
    select u.id as "userId", coalesce(q.attempts, 1) as attempts, q.passed_at as "passedAt", q.overridden_by as "overriddenBy",
      coalesce(c.quiz_asked, 0) as "quizAsked", coalesce(c.quiz_right, 0) as "quizRight",
      coalesce(c.gold_asked, 0) as "goldAsked", coalesce(c.gold_right, 0) as "goldRight"
    from users u left join counts c on c.user_id = u.id
      left join qualifications q on q.project_id = ${projectId} and q.user_id = u.id
    where c.user_id is not null or q.user_id is not null or (u.role = 'annotator' and u.disabled_at is null)
    order by u.created_at, u.id limit 500`);
  return rows.map((row) => ({ ...row, passedAt: row.passedAt ? new Date(row.passedAt) : null }));
}

/** What was expected of an answer that has been given, with the side on which its A stood. */
export async function findCheck(db: Db, preferenceId: string) {
  const { rows } = await db.execute<{
    isRight: boolean;
    expected: number;
    explanation: string;
    isExplained: boolean;
    isSwapped: boolean;
  }>(sql`
    select sign(p.grade) = k.expected as "isRight", k.expected, k.explanation, k.is_explained as "isExplained", p.is_swapped as "isSwapped"
    from preferences p join known_answers k on k.task_id = p.task_id where p.id = ${preferenceId}`);
  return rows[0];
}

export async function markPassed(db: Db, person: Person): Promise<void> {
  await upsert(db, person, { passedAt: sql`now()` });
}

/** A reviewer lets them in. */
export async function overrideQuiz(db: Db, person: Person, reviewerId: string): Promise<void> {
  await upsert(db, person, { passedAt: sql`now()`, overriddenAt: sql`now()`, overriddenBy: reviewerId });
}

/** Another attempt: what was answered so far no longer counts. */
export async function resetQuiz(db: Db, person: Person): Promise<void> {
  const from = { passedAt: null, overriddenAt: null, overriddenBy: null, attemptFrom: sql`now()` };
  await db
    .insert(qualifications)
    .values({ ...person, ...from, attempts: 2 })
    .onConflictDoUpdate({
      target: [qualifications.projectId, qualifications.userId],
      set: { ...from, attempts: sql`${qualifications.attempts} + 1` },
    });
}

async function upsert(db: Db, person: Person, set: { passedAt: SQL; overriddenAt?: SQL; overriddenBy?: string }): Promise<void> {
  await db
    .insert(qualifications)
    .values({ ...person, ...set })
    .onConflictDoUpdate({ target: [qualifications.projectId, qualifications.userId], set });
}
