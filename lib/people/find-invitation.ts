/** What stands behind an invitation or set-up link. Public: the token is the key. */
import { db } from '@/db/client';
import { findInvitation as find } from '@/db/queries/invitations';
import { hashToken } from '@/lib/auth/secret-token';
import { HeedError } from '@/lib/errors';
import type { InvitationOffer, InvitationState } from './person';

type Row = { state: InvitationState; role: InvitationOffer['role']; email: string | null; createdBy: string | null };

/** @throws HeedError not_found; conflict with `details.state` used, expired or revoked. */
export async function findInvitation(token: string): Promise<InvitationOffer> {
  return toOffer(await find(db(), hashToken(token)));
}

export function toOffer(row: Row | undefined): InvitationOffer {
  if (!row) throw new HeedError('not_found', 'This link is not known. Check that you have copied all of it, or ask for a new one.');
  const isSetup = row.createdBy === null;
  if (row.state === 'open') return { role: row.role, email: row.email, isSetup };
  const renewal = isSetup ? 'Restart Heed to get a new one.' : 'Ask an admin for a new one.';
  const problems = {
    used: 'This link has been used already. If it was you, sign in.',
    expired: `This link has expired. ${renewal}`,
    revoked: `This link has been withdrawn. ${renewal}`,
  };
  throw new HeedError('conflict', problems[row.state], { details: { state: row.state, isSetup } });
}
