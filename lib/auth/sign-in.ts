/**
 * Checks an address and a password, slowly and not too often. Too many failures on one address, or from one place, and
 * nobody gets further for a while, not even with the right password: else a guess could tell.
 */
import { db } from '@/db/client';
import { findPersonByEmail } from '@/db/queries/people';
import { countFailures, deleteFailures, insertFailures } from '@/db/queries/sign-in-failures';
import { HeedError } from '@/lib/errors';
import type { Actor } from './actor';
import { verifyPassword } from './password';

const windowSeconds = 15 * 60;
const maxFailures = { email: 10, place: 50 };

/**
 * @param from.place the client's network address, as far as it is known
 * @throws HeedError rate_limited, unauthenticated
 */
export async function signIn(from: { email: string; password: string; place: string }): Promise<Actor> {
  const keys = { email: `email:${from.email.trim().toLowerCase().slice(0, 254)}`, place: `place:${from.place.slice(0, 100)}` };
  const failures = await countFailures(db(), Object.values(keys), windowSeconds);
  if ((failures.get(keys.email) ?? 0) >= maxFailures.email || (failures.get(keys.place) ?? 0) >= maxFailures.place)
    throw new HeedError('rate_limited', 'Too many failed sign-ins. Wait a quarter of an hour, then try again.');

  const person = await findPersonByEmail(db(), from.email.trim());
  const isRight = await verifyPassword(from.password.slice(0, 1000), person?.passwordHash);
  if (!person || !isRight || person.disabledAt) {
    await insertFailures(db(), Object.values(keys), windowSeconds);
    throw new HeedError('unauthenticated', 'This e-mail address and password do not belong together.');
  }
  await deleteFailures(db(), keys.email);
  return { id: person.id, name: person.name, email: person.email, role: person.role };
}
