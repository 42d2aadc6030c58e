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
const maxFailures = { email: 10, place: 100 };

/**
 * @param from.place the client's network address; null when it is not known
 * @throws HeedError rate_limited, unauthenticated
 */
export async function signIn(from: { email: string; password: string; place: string | null }): Promise<Actor> {
  const emailKey = `email:${from.email.trim().toLowerCase().slice(0, 254)}`;
  const placeKey = from.place === null ? null : `place:${from.place.slice(0, 100)}`;
  const keys = placeKey ? [emailKey, placeKey] : [emailKey];
  const attempt = await insertFailures(db(), keys, windowSeconds);
  const failures = await countFailures(db(), keys, windowSeconds);
  const isOver = (key: string | null, max: number) => key !== null && (failures.get(key) ?? 0) > max;
  if (isOver(emailKey, maxFailures.email) || isOver(placeKey, maxFailures.place)) {
    // Does not count: the pause ends a quarter of an hour after the failures that began it.
    await deleteFailures(db(), attempt);
    throw new HeedError('rate_limited', 'Too many failed sign-ins. Wait a quarter of an hour, then try again.');
  }

  const person = await findPersonByEmail(db(), from.email.trim());
  const isRight = await verifyPassword(from.password.slice(0, 1000), person?.passwordHash);
  if (!person || !isRight || person.disabledAt)
    throw new HeedError('unauthenticated', 'This e-mail address and password do not belong together.');
  await deleteFailures(db(), attempt, emailKey);
  return { id: person.id, name: person.name, email: person.email, role: person.role };
}
