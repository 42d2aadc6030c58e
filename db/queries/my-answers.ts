/** One answer with all its versions, as its author sees it. The author stands in every WHERE. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Db } from '../client';
import { conversations } from '../schema/conversations';
import { demonstrations, preferences, rankings, ratings } from '../schema/labels';
import { projects, prompts, responses } from '../schema/projects';
import type { AnswerTable } from './amendments';

/** The chain to which the person's answer `id` belongs, oldest first; empty where there is none. */
export async function findVersions(db: Db, table: AnswerTable, id: string, userId: string): Promise<string[]> {
  const answers = sql.identifier(table);
  const { rows } = await db.execute<{ id: string }>(sql`
    with recursive back as (
      select id, supersedes_id from ${answers} where id = ${id} and user_id = ${userId}
      union all
      select older.id, older.supersedes_id from ${answers} older join back on older.id = back.supersedes_id
    ), chain as (
      select id, 1 as place from back where supersedes_id is null
      union all
      select newer.id, chain.place + 1 from ${answers} newer join chain on newer.supersedes_id = chain.id
    )
    select id from chain order by place`);
  return rows.map((row) => row.id);
}

const responseA = alias(responses, 'response_a');
const responseB = alias(responses, 'response_b');

const about = { promptText: prompts.text, projectId: projects.id, settings: projects.settings };

export async function findMyPreferences(db: Db, ids: string[], userId: string) {
  return db
    .select({ ...about, answer: preferences, textA: responseA.text, textB: responseB.text })
    .from(preferences)
    .innerJoin(projects, eq(projects.id, preferences.projectId))
    .innerJoin(prompts, eq(prompts.id, preferences.promptId))
    .innerJoin(responseA, eq(responseA.id, preferences.responseAId))
    .innerJoin(responseB, eq(responseB.id, preferences.responseBId))
    .where(and(inArray(preferences.id, ids), eq(preferences.userId, userId)))
    .orderBy(asc(preferences.createdAt), asc(preferences.id));
}

export async function findMyDemonstrations(db: Db, ids: string[], userId: string) {
  return db
    .select({ ...about, answer: demonstrations, text: responseA.text, startedFrom: responseB.text })
    .from(demonstrations)
    .innerJoin(projects, eq(projects.id, demonstrations.projectId))
    .innerJoin(prompts, eq(prompts.id, demonstrations.promptId))
    .innerJoin(responseA, eq(responseA.id, demonstrations.responseId))
    .leftJoin(responseB, eq(responseB.id, demonstrations.startedFromId))
    .where(and(inArray(demonstrations.id, ids), eq(demonstrations.userId, userId)))
    .orderBy(asc(demonstrations.createdAt), asc(demonstrations.id));
}

export async function findMyRankings(db: Db, ids: string[], userId: string) {
  const texts = sql<
    string[]
  >`(select array_agg(r.text order by u.place) from unnest(${rankings.responseIds}) with ordinality u(id, place) join responses r on r.id = u.id)`;
  return db
    .select({ ...about, answer: rankings, texts })
    .from(rankings)
    .innerJoin(projects, eq(projects.id, rankings.projectId))
    .innerJoin(prompts, eq(prompts.id, rankings.promptId))
    .where(and(inArray(rankings.id, ids), eq(rankings.userId, userId)))
    .orderBy(asc(rankings.createdAt), asc(rankings.id));
}

export async function findMyRatings(db: Db, ids: string[], userId: string) {
  return db
    .select({ ...about, answer: ratings, text: responses.text })
    .from(ratings)
    .innerJoin(projects, eq(projects.id, ratings.projectId))
    .innerJoin(prompts, eq(prompts.id, ratings.promptId))
    .innerJoin(responses, eq(responses.id, ratings.responseId))
    .where(and(inArray(ratings.id, ids), eq(ratings.userId, userId)))
    .orderBy(asc(ratings.createdAt), asc(ratings.id));
}

export async function findMyConversation(db: Db, id: string, userId: string) {
  const [row] = await db
    .select({ answer: conversations, correction: responses.text })
    .from(conversations)
    .leftJoin(demonstrations, eq(demonstrations.id, conversations.demonstrationId))
    .leftJoin(responses, eq(responses.id, demonstrations.responseId))
    .where(and(eq(conversations.id, id), eq(conversations.userId, userId)));
  return row;
}
