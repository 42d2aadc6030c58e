import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { apiTokens, users } from '../schema/people';

const view = { id: apiTokens.id, name: apiTokens.name, createdAt: apiTokens.createdAt, revokedAt: apiTokens.revokedAt };

export async function insertApiToken(db: Db, row: { userId: string; name: string; tokenHash: string }) {
  const [inserted] = await db.insert(apiTokens).values(row).returning(view);
  return inserted!;
}

/** The person behind a token that still works. */
export async function findPersonByToken(db: Db, tokenHash: string) {
  const [row] = await db
    .select({ id: users.id, name: users.name, email: users.email, role: users.role })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(and(eq(apiTokens.tokenHash, tokenHash), isNull(apiTokens.revokedAt), isNull(users.disabledAt)));
  return row;
}

export async function listApiTokens(db: Db, userId: string) {
  return db.select(view).from(apiTokens).where(eq(apiTokens.userId, userId)).orderBy(desc(apiTokens.createdAt)).limit(200);
}

export async function revokeApiToken(db: Db, userId: string, id: string) {
  const [row] = await db
    .update(apiTokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiTokens.id, id), eq(apiTokens.userId, userId), isNull(apiTokens.revokedAt)))
    .returning(view);
  return row;
}
