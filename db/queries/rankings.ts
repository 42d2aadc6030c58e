/** Orders of responses, each with the pairs that it says in `preferences`. */
import { and, eq } from 'drizzle-orm';
import type { Db } from '../client';
import { preferences, rankings } from '../schema/labels';
import { projects } from '../schema/projects';

export async function findRankingByKey(db: Db, userId: string, idempotencyKey: string) {
  const [row] = await db
    .select({ id: rankings.id, leaseId: rankings.leaseId, supersedesId: rankings.supersedesId, standing: rankings.standing })
    .from(rankings)
    .where(and(eq(rankings.userId, userId), eq(rankings.idempotencyKey, idempotencyKey)));
  return row;
}

/** The person's own, with what deciding about its amendment needs. */
export async function lockRanking(db: Db, id: string, userId: string) {
  const [row] = await db
    .select({ given: rankings, settings: projects.settings })
    .from(rankings)
    .innerJoin(projects, eq(projects.id, rankings.projectId))
    .where(and(eq(rankings.id, id), eq(rankings.userId, userId)))
    .for('no key update', { of: rankings });
  return row;
}

export type NewPairOfRanking = { responseAId: string; responseBId: string; grade: number };

/**
 * Of an amendment, each pair supersedes the same pair of the ranking that it replaces.
 * @throws a unique violation when this person has ranked this task, or amended this ranking
 */
export async function insertRanking(db: Db, row: typeof rankings.$inferInsert, pairs: NewPairOfRanking[]): Promise<string> {
  const [inserted] = await db.insert(rankings).values(row).returning({ id: rankings.id, standing: rankings.standing });
  const { id, standing } = inserted!;
  const replaced = row.supersedesId ? await pairsOfRanking(db, row.supersedesId) : new Map<string, string>();
  const { projectId, userId, promptId, isFlagged } = row;
  await db.insert(preferences).values(
    pairs.map((pair) => {
      const key = pairKey(pair);
      return {
        ...pair,
        projectId,
        userId,
        promptId,
        isFlagged,
        standing,
        scalePoints: 2,
        rankingId: id,
        idempotencyKey: `${id} ${key}`,
        supersedesId: replaced.get(key),
      };
    }),
  );
  return id;
}

const pairKey = ({ responseAId, responseBId }: { responseAId: string; responseBId: string }) => `${responseAId} ${responseBId}`;

async function pairsOfRanking(db: Db, rankingId: string): Promise<Map<string, string>> {
  const rows = await db
    .select({ id: preferences.id, responseAId: preferences.responseAId, responseBId: preferences.responseBId })
    .from(preferences)
    .where(eq(preferences.rankingId, rankingId));
  return new Map(rows.map((row) => [pairKey(row), row.id]));
}
