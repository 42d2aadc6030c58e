/** An admin makes a one-time link by which somebody gets an account with a given role. */
import { z } from 'zod';
import { roles } from '@/db/enums';
import { db, transaction } from '@/db/client';
import { insertInvitation } from '@/db/queries/invitations';
import { findPersonByEmail } from '@/db/queries/people';
import { audit } from '@/lib/audit';
import { userIdOf, type Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { hashToken, newToken } from '@/lib/auth/secret-token';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { emailSchema } from './account';

export const inviteSchema = z.object({
  /** When given, only this address can use the link. */
  email: z
    .union([z.literal(''), emailSchema])
    .optional()
    .transform((email) => email || null),
  role: z.enum(roles),
  validDays: z.coerce.number().positive().max(90).default(7),
});

/** The token is told once, here; only its hash is kept. */
export async function invite(
  actor: Actor,
  input: z.input<typeof inviteSchema>,
): Promise<{ id: string; token: string; path: string; expiresAt: Date }> {
  mustBeAble(actor, 'people.manage');
  const { email, role, validDays } = parse(inviteSchema, input);
  if (email && (await findPersonByEmail(db(), email))) throw refusal('has-account', { email });
  const token = newToken();
  return transaction(async (tx) => {
    const row = await insertInvitation(tx, {
      tokenHash: hashToken(token),
      email,
      role,
      createdBy: userIdOf(actor),
      validSeconds: validDays * 86_400,
    });
    await audit(tx, actor, 'invitation.create', row.id, { email, role });
    return { id: row.id, token, path: `/invite/${token}`, expiresAt: row.expiresAt };
  });
}
