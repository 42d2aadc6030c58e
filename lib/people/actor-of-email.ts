/** The person with an account under an e-mail address, to act as them: for whoever may manage people. */
import { db } from '@/db/client';
import { findPersonByEmail } from '@/db/queries/people';
import type { Actor } from '@/lib/auth/actor';
import { mustBeAble } from '@/lib/auth/permissions';
import { refusal } from '@/lib/refusals';

/** @throws HeedError not_found: nobody, or the account is closed */
export async function actorOfEmail(manager: Actor, email: string): Promise<Actor> {
  mustBeAble(manager, 'people.manage');
  const person = await findPersonByEmail(db(), email.trim());
  if (!person || person.disabledAt) throw refusal('person-gone');
  const { id, name, role } = person;
  return { id, name, email: person.email, role };
}
