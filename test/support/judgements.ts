/** Answers put into the database as they are, without claims, for tests of what is computed from them. */
import { randomUUID } from 'node:crypto';
import { db, pool } from '@/db/client';
import type { AnswerStanding, TaskPurpose } from '@/db/enums';
import { insertPreference } from '@/db/queries/preferences';
import { insertRanking } from '@/db/queries/rankings';
import { insertRating } from '@/db/queries/ratings';
import { pairsOfRanks } from '@/lib/tasks/ranking-pairs';

/** Each answer a second later than the one before. */
let clock = Date.UTC(2026, 0, 1);
const nextMoment = () => new Date((clock += 1000));

type Task = { id: string; projectId: string; promptId: string; responseAId: string; responseBId: string | null; responseIds: string[] };
type Common = { rater: string; taskId: string; standing?: AnswerStanding; supersedesId?: string; secondsOnTask?: number };

const known = new Map<string, Task>();

async function taskOf(id: string): Promise<Task> {
  if (known.has(id)) return known.get(id)!;
  const { rows } = await pool().query<Task>(
    `select id, project_id as "projectId", prompt_id as "promptId", response_a_id as "responseAId", response_b_id as "responseBId",
       response_ids as "responseIds" from tasks where id = $1`,
    [id],
  );
  known.set(id, rows[0]!);
  return rows[0]!;
}

export async function rate(of: Common & { aspects?: Record<string, number>; scalePoints?: number; isSafe?: boolean }): Promise<string> {
  const { rater, aspects = {}, ...rest } = of;
  const { projectId, promptId, responseAId } = await taskOf(of.taskId);
  const own = { userId: rater, projectId, promptId, responseId: responseAId, idempotencyKey: randomUUID(), createdAt: nextMoment() };
  return insertRating(db(), { ...own, aspects, ...rest });
}

/** @param of.grade in terms of A and B */
export async function prefer(
  of: Common & { grade: number; scalePoints?: number; isSwapped?: boolean; isBothBad?: boolean; aspects?: Record<string, number> },
): Promise<string> {
  const { rater, ...rest } = of;
  const { projectId, promptId, responseAId, responseBId } = await taskOf(of.taskId);
  const own = { userId: rater, projectId, promptId, responseAId, responseBId: responseBId!, idempotencyKey: randomUUID() };
  return insertPreference(db(), { ...own, createdAt: nextMoment(), ...rest });
}

/** @param of.ranks of the task's responses, 1 is the best; equal numbers are ties */
export async function rank(of: Common & { ranks: number[] }): Promise<string> {
  const { rater, ranks, ...rest } = of;
  const { projectId, promptId, responseIds } = await taskOf(of.taskId);
  const own = { userId: rater, projectId, promptId, responseIds, ranks, idempotencyKey: randomUUID(), createdAt: nextMoment() };
  const pairs = pairsOfRanks(ranks).map(({ a, b, grade }) => ({ responseAId: responseIds[a]!, responseBId: responseIds[b]!, grade }));
  return insertRanking(db(), { ...own, ...rest }, pairs);
}

/** A task like another, for another purpose. */
export async function copyTask(id: string, purpose: TaskPurpose): Promise<string> {
  const { rows } = await pool().query<{ id: string }>(
    `insert into tasks (project_id, kind, prompt_id, purpose, response_a_id, response_b_id, response_ids, retest_of_id)
     select project_id, kind, prompt_id, $2::task_purpose, response_a_id, response_b_id, response_ids, case when $2::text = 'retest' then id end from tasks where id = $1
     returning id`,
    [id, purpose],
  );
  return rows[0]!.id;
}
