/** Reviewers' decisions on pairs, as chains of rows: see the schema. */
import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client';
import { verdicts } from '../schema/quality';
import { isCounted, isNewest } from './amendments';

/** It is the newest of its pair, and takes nothing back. @param alias what the table is called in the statement */
export const isHolding = (alias = 'verdicts'): SQL => sql`(not ${sql.identifier(alias)}.is_taken_back and ${isNewest('verdicts', alias)})`;

export type StoredVerdict = typeof verdicts.$inferSelect;
export type PairIds = { responseAId: string; responseBId: string };

export async function findVerdict(db: Db, id: string): Promise<StoredVerdict | undefined> {
  return (await db.select().from(verdicts).where(eq(verdicts.id, id)))[0];
}

export async function findVerdictByKey(db: Db, reviewerId: string, idempotencyKey: string): Promise<StoredVerdict | undefined> {
  const isIt = and(eq(verdicts.reviewerId, reviewerId), eq(verdicts.idempotencyKey, idempotencyKey));
  return (await db.select().from(verdicts).where(isIt))[0];
}

/** Whether it holds or takes back. @param pair the lower id first */
export async function newestVerdict(db: Db, { responseAId, responseBId }: PairIds): Promise<StoredVerdict | undefined> {
  const isOfPair = and(eq(verdicts.responseAId, responseAId), eq(verdicts.responseBId, responseBId));
  return (
    await db
      .select()
      .from(verdicts)
      .where(and(isOfPair, isNewest('verdicts')))
  )[0];
}

/** @throws a unique violation when the same was written meanwhile, or another on top of the same */
export async function insertVerdict(db: Db, row: typeof verdicts.$inferInsert): Promise<string> {
  return (await db.insert(verdicts).values(row).returning({ id: verdicts.id }))[0]!.id;
}

/** Does an answer of a person about this pair count, whichever way round it was asked? */
export async function hasCountedAnswers(db: Db, promptId: string, { responseAId, responseBId }: PairIds): Promise<boolean> {
  const { rows } = await db.execute(sql`
    select from preferences x
    where x.prompt_id = ${promptId} and x.user_id is not null and ${isCounted('preferences', 'x')}
      and least(x.response_a_id, x.response_b_id) = ${responseAId} and greatest(x.response_a_id, x.response_b_id) = ${responseBId}
    limit 1`);
  return rows.length > 0;
}
