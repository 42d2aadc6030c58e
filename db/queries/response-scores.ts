import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { jobs, responseScores, rounds } from '../schema/training';

type RatedResponse = { responseId: string; promptId: string; prompt: string; response: string; isTruncated: boolean };

/** Responses that people rated on their own: those of held-out prompts first, then the newest. */
export async function ratedResponses(db: Db, projectId: string, limit: number): Promise<RatedResponse[]> {
  const { rows } = await db.execute<RatedResponse>(sql`
    select r.id as "responseId", p.id as "promptId", p.text as prompt, r.text as response, r.is_truncated as "isTruncated"
    from (select response_id, max(created_at) as at from ratings where project_id = ${projectId} and standing <> 'withdrawn' group by response_id) rated
    join responses r on r.id = rated.response_id
    join prompts p on p.id = r.prompt_id
    order by (p.split = 'held_out') desc, rated.at desc, r.id limit ${limit}`);
  return rows;
}

/** Rows of a statement, below what it may have of parameters. */
const rowsAtOnce = 1000;

/** In the place of all that the project has. */
export async function replaceResponseScores(db: Db, projectId: string, rows: (typeof responseScores.$inferInsert)[]): Promise<void> {
  await db.delete(responseScores).where(eq(responseScores.projectId, projectId));
  for (let from = 0; from < rows.length; from += rowsAtOnce) await db.insert(responseScores).values(rows.slice(from, from + rowsAtOnce));
}

/** Of prompts that the reward model was not trained on. `round`: whose reward model it is. */
export async function heldOutScores(db: Db, projectId: string): Promise<{ responseId: string; score: number; round: number }[]> {
  return db
    .select({ responseId: responseScores.responseId, score: responseScores.score, round: rounds.number })
    .from(responseScores)
    .innerJoin(jobs, eq(jobs.id, responseScores.jobId))
    .innerJoin(rounds, eq(rounds.id, jobs.roundId))
    .where(and(eq(responseScores.projectId, projectId), responseScores.isHeldOut));
}
