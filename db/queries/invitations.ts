/** One-time links; only hashes of their tokens are known here. */
import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client';
import type { Role } from '../enums';
import { invitations } from '../schema/people';

const isOpen = and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, sql`now()`));
const invitation = {
  id: invitations.id,
  email: invitations.email,
  role: invitations.role,
  createdBy: invitations.createdBy,
  createdAt: invitations.createdAt,
  expiresAt: invitations.expiresAt,
  state: sql<'open' | 'used' | 'expired' | 'revoked'>`case
    when ${invitations.acceptedAt} is not null then 'used'
    when ${invitations.revokedAt} is not null then 'revoked'
    when ${invitations.expiresAt} <= now() then 'expired'
    else 'open' end`,
};

export async function insertInvitation(
  db: Db,
  row: { tokenHash: string; email: string | null; role: Role; createdBy: string | null; validSeconds: number },
) {
  const { validSeconds, ...values } = row;
  const [inserted] = await db
    .insert(invitations)
    .values({ ...values, expiresAt: sql`now() + make_interval(secs => ${validSeconds})` })
    .returning(invitation);
  return inserted!;
}

export async function findInvitation(db: Db, tokenHash: string) {
  const [row] = await db.select(invitation).from(invitations).where(eq(invitations.tokenHash, tokenHash));
  return row;
}

/** The same, locked: two people with one link get one account. */
export async function lockInvitation(db: Db, tokenHash: string) {
  const [row] = await db.select(invitation).from(invitations).where(eq(invitations.tokenHash, tokenHash)).for('update');
  return row;
}

export async function lockOpenInvitationFor(db: Db, email: string) {
  const [row] = await db
    .select(invitation)
    .from(invitations)
    .where(and(isOpen, eq(sql`lower(${invitations.email})`, email.toLowerCase())))
    .orderBy(desc(invitations.createdAt))
    .limit(1)
    .for('update');
  return row;
}

export async function markAccepted(db: Db, id: string, acceptedBy: string): Promise<void> {
  await db
    .update(invitations)
    .set({ acceptedAt: sql`now()`, acceptedBy })
    .where(eq(invitations.id, id));
}

export async function markRevoked(db: Db, id: string) {
  const [row] = await db
    .update(invitations)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(invitations.id, id), isNull(invitations.acceptedAt), isNull(invitations.revokedAt)))
    .returning(invitation);
  return row;
}

/** The newest set-up link is the only one that works. */
export async function revokeSetupLinks(db: Db): Promise<void> {
  await db
    .update(invitations)
    .set({ revokedAt: sql`now()` })
    .where(and(isNull(invitations.createdBy), isNull(invitations.acceptedAt), isNull(invitations.revokedAt)));
}

export async function listInvitations(db: Db, page: { cursor?: string; limit: number }) {
  return db
    .select(invitation)
    .from(invitations)
    .where(
      page.cursor
        ? sql`(${invitations.createdAt}, ${invitations.id}) < (select created_at, id from invitations where id = ${page.cursor})`
        : undefined,
    )
    .orderBy(desc(invitations.createdAt), desc(invitations.id))
    .limit(page.limit + 1);
}
