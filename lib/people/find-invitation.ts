/** What stands behind an invitation or set-up link. Public: the token is the key. */
import { db } from '@/db/client';
import { findInvitation as find } from '@/db/queries/invitations';
import { hashToken } from '@/lib/auth/secret-token';
import { refusal } from '@/lib/refusals';
import type { InvitationOffer, InvitationState } from './person';

type Row = { state: InvitationState; role: InvitationOffer['role']; email: string | null; createdBy: string | null };

/** @throws HeedError not_found; conflict with `details.state` used, expired or revoked. */
export async function findInvitation(token: string): Promise<InvitationOffer> {
  return toOffer(await find(db(), hashToken(token)));
}

export function toOffer(row: Row | undefined): InvitationOffer {
  if (!row) throw refusal('unknown-link');
  const isSetup = row.createdBy === null;
  if (row.state === 'open') return { role: row.role, email: row.email, isSetup };
  throw refusal(`link-${row.state}`, { state: row.state, isSetup });
}
