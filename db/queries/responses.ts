/** What was written for a prompt, with where it came from. */
import { and, asc, desc, eq, inArray, not, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { preferences } from '../schema/labels';
import { tasks } from '../schema/tasks';
import { prompts, responses } from '../schema/projects';
import { checkpoints, rounds } from '../schema/training';
import { isNewest, isSupersededText } from './amendments';

export type NewSample = Pick<
  typeof responses.$inferInsert,
  'id' | 'projectId' | 'promptId' | 'text' | 'checkpointId' | 'jobId' | 'decoding' | 'isTruncated' | 'tokenCount'
>;

/** Rows whose ids are there already are left alone. */
export async function insertSamples(db: Db, rows: NewSample[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 1000)
    await db
      .insert(responses)
      .values(rows.slice(start, start + 1000).map((row) => ({ ...row, origin: 'policy' as const })))
      .onConflictDoNothing({ target: responses.id });
}

/** A sampling that begins again begins afresh. Its pairs are made when it ends, so nothing refers to these yet. */
export async function deleteSamplesOf(db: Db, jobId: string): Promise<void> {
  await db.delete(responses).where(eq(responses.jobId, jobId));
}

export async function textsOf(db: Db, ids: string[]): Promise<string[]> {
  return (await db.select({ text: responses.text }).from(responses).where(inArray(responses.id, ids))).map(({ text }) => text);
}

/** Ordered by content, so that the same samples make the same pairs. */
export async function samplesOf(db: Db, jobId: string) {
  return db
    .select({
      id: responses.id,
      promptId: responses.promptId,
      split: prompts.split,
      promptHash: prompts.textHash,
      checkpointId: responses.checkpointId,
      text: responses.text,
    })
    .from(responses)
    .innerJoin(prompts, eq(prompts.id, responses.promptId))
    .where(eq(responses.jobId, jobId))
    .orderBy(asc(responses.promptId), sql`md5(${responses.text})`, asc(responses.id));
}

/** The texts of every pair that these prompts have had, in a comparison or within a ranking. */
export async function pairTextsOf(db: Db, promptIds: string[]): Promise<{ promptId: string; textA: string; textB: string }[]> {
  if (promptIds.length === 0) return [];
  const { rows } = await db.execute<{ promptId: string; textA: string; textB: string }>(sql`
    select t.prompt_id as "promptId", a.text as "textA", b.text as "textB"
    from tasks t join responses a on a.id = t.response_a_id join responses b on b.id = t.response_b_id
    where ${inArray(sql`t.prompt_id`, promptIds)} and t.kind = 'compare'
    union all
    select t.prompt_id, a.text, b.text
    from tasks t
    cross join unnest(t.response_ids) with ordinality one(id, place)
    join unnest(t.response_ids) with ordinality other(id, place) on other.place > one.place
    join responses a on a.id = one.id join responses b on b.id = other.id
    where ${inArray(sql`t.prompt_id`, promptIds)} and t.kind = 'rank'`);
  return rows;
}

/** Emptied when its writer was deleted: people's texts never are else. */
const isEmptied = sql`(${responses.origin} = 'human' and ${responses.text} = '')`;

export async function responsesWithLineage(db: Db, promptId: string) {
  return db
    .select({
      id: responses.id,
      text: responses.text,
      origin: responses.origin,
      checkpointId: responses.checkpointId,
      checkpointKind: checkpoints.kind,
      roundNumber: rounds.number,
      decoding: responses.decoding,
      isTruncated: responses.isTruncated,
      tokenCount: responses.tokenCount,
      createdAt: responses.createdAt,
    })
    .from(responses)
    .leftJoin(checkpoints, eq(checkpoints.id, responses.checkpointId))
    .leftJoin(rounds, eq(rounds.id, checkpoints.roundId))
    .where(and(eq(responses.promptId, promptId), not(isSupersededText()), not(isEmptied)))
    .orderBy(desc(responses.createdAt), desc(responses.id))
    .limit(500);
}

export async function judgementsOf(db: Db, promptId: string) {
  return db
    .select({
      id: preferences.id,
      responseAId: preferences.responseAId,
      responseBId: preferences.responseBId,
      grade: preferences.grade,
      scalePoints: preferences.scalePoints,
      isBothBad: preferences.isBothBad,
      isFlagged: preferences.isFlagged,
      isOfRanking: sql<boolean>`${preferences.rankingId} is not null`,
      reason: preferences.reason,
      annotator: preferences.userId,
      createdAt: preferences.createdAt,
    })
    .from(preferences)
    .where(and(eq(preferences.promptId, promptId), isNewest('preferences')))
    .orderBy(desc(preferences.createdAt), desc(preferences.id))
    .limit(500);
}

/** Is there anything to compare, or will there be? */
export async function hasOpenPairs(db: Db, projectId: string): Promise<boolean> {
  const isOpenPair = and(eq(tasks.projectId, projectId), eq(tasks.kind, 'compare'), eq(tasks.state, 'open'));
  return (await db.select({ id: tasks.id }).from(tasks).where(isOpenPair).limit(1)).length > 0;
}
