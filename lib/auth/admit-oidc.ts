/** Lets in whom the identity provider vouches for, if they have an account or an open invitation to their address. */
import { transaction } from '@/db/client';
import { lockOpenInvitationFor, markAccepted } from '@/db/queries/invitations';
import { findPersonByEmail, insertPerson } from '@/db/queries/people';
import { audit } from '@/lib/audit';
import type { Actor } from './actor';

export type OidcProfile = { email?: string | null; email_verified?: boolean; name?: string | null };

/** Null when this person may not enter. A provider that leaves `email_verified` out is taken to know its people. */
export async function admitOidc(profile: OidcProfile): Promise<Actor | null> {
  const email = profile.email?.trim();
  if (!email || profile.email_verified === false) return null;
  return transaction(async (tx) => {
    // The invitation first: who clicks twice waits here, and then finds the account made.
    const invitation = await lockOpenInvitationFor(tx, email);
    const known = await findPersonByEmail(tx, email);
    if (known) return known.disabledAt ? null : { id: known.id, name: known.name, email: known.email, role: known.role };
    if (!invitation) return null;
    const name = profile.name?.trim().slice(0, 100) || email;
    const { id, role } = await insertPerson(tx, { email, name, role: invitation.role, passwordHash: null });
    await markAccepted(tx, invitation.id, id);
    const actor: Actor = { id, name, email, role };
    await audit(tx, actor, 'person.create', id, { role, invitationId: invitation.id, through: 'oidc' });
    return actor;
  });
}
