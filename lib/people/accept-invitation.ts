/** Somebody with a link makes their account. One link, one account, however many send the form at once. */
import { z } from 'zod';
import { transaction } from '@/db/client';
import { lockInvitation, markAccepted } from '@/db/queries/invitations';
import { hasPeople, insertPerson } from '@/db/queries/people';
import { isUniqueViolation } from '@/db/violations';
import { audit } from '@/lib/audit';
import type { Actor } from '@/lib/auth/actor';
import { hashPassword } from '@/lib/auth/password';
import { hashToken } from '@/lib/auth/secret-token';
import { refusal } from '@/lib/refusals';
import { parse } from '@/lib/parse';
import { emailSchema, nameSchema, passwordSchema } from './account';
import { findInvitation, toOffer } from './find-invitation';

export const acceptInvitationSchema = z.object({
  token: z.string().min(1),
  name: nameSchema,
  email: emailSchema,
  password: passwordSchema,
});

/** @throws HeedError as findInvitation does; forbidden for another address; conflict when the address has an account. */
export async function acceptInvitation(input: z.input<typeof acceptInvitationSchema>): Promise<Actor> {
  const { token, name, email, password } = parse(acceptInvitationSchema, input);
  // Hashing is dear on purpose: not for strangers.
  await findInvitation(token);
  const passwordHash = await hashPassword(password);
  try {
    return await transaction(async (tx) => {
      const row = await lockInvitation(tx, hashToken(token));
      const offer = toOffer(row);
      if (offer.email && offer.email.toLowerCase() !== email.toLowerCase()) throw refusal('invitation-for-another', { email: offer.email });
      if (offer.isSetup && (await hasPeople(tx))) throw refusal('set-up-already', { state: 'used' });
      const person = await insertPerson(tx, { email, name, role: offer.role, passwordHash });
      await markAccepted(tx, row!.id, person.id);
      const actor: Actor = { id: person.id, name: person.name, email: person.email, role: person.role };
      await audit(tx, actor, 'person.create', person.id, { role: person.role, invitationId: row!.id });
      return actor;
    });
  } catch (error) {
    if (isUniqueViolation(error, 'users_email_unique')) throw refusal('has-account', { email }, { cause: error });
    throw error;
  }
}
