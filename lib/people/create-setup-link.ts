/** The link that makes the very first account, an admin. The launcher prints it while nobody has an account. */
import { transaction } from '@/db/client';
import { insertInvitation, revokeSetupLinks } from '@/db/queries/invitations';
import { hasPeople } from '@/db/queries/people';
import { audit } from '@/lib/audit';
import { systemActor } from '@/lib/auth/actor';
import { hashToken, newToken } from '@/lib/auth/secret-token';

const validSeconds = 24 * 3600;

/** Null once there is an account. Earlier set-up links stop working. */
export async function createSetupLink(): Promise<{ token: string; path: string; expiresAt: Date } | null> {
  const token = newToken();
  return transaction(async (tx) => {
    if (await hasPeople(tx)) return null;
    await revokeSetupLinks(tx);
    const row = await insertInvitation(tx, { tokenHash: hashToken(token), email: null, role: 'admin', createdBy: null, validSeconds });
    await audit(tx, systemActor, 'setup-link.create', row.id);
    return { token, path: `/set-up?token=${token}`, expiresAt: row.expiresAt };
  });
}
