/**
 * Checks an address and a password, slowly and not too often. After too many failures on one address from one place, nobody
 * gets further from there for a while, not even with the right password: else a guess could tell. An address from anywhere
 * has a ceiling, too, but a high one, so that a stranger cannot easily keep its owner out.
 */
import { db } from '@/db/client';
import { findPersonByEmail } from '@/db/queries/people';
import { countFailures, deleteFailures, insertFailures } from '@/db/queries/sign-in-failures';
import { refusal } from '@/lib/refusals';
import type { Actor } from './actor';
import { verifyPassword } from './password';

const windowSeconds = 15 * 60;
const maxFailures = { pair: 10, email: 100, place: 100 };

/**
 * @param from.place the client's network address; null when it is not known, and only the ceiling holds
 * @throws HeedError rate_limited, unauthenticated
 */
export async function signIn(from: { email: string; password: string; place: string | null }): Promise<Actor> {
  // No account has one, and the database takes none.
  if (from.email.includes('\0')) throw refusal('wrong-password');
  const email = from.email.trim().toLowerCase().slice(0, 254);
  const place = from.place?.slice(0, 100);
  const emailKey = `email:${email}`;
  const pairKey = `pair:${place} ${email}`;
  const limits = new Map([[emailKey, maxFailures.email]]);
  if (place !== undefined) limits.set(pairKey, maxFailures.pair).set(`place:${place}`, maxFailures.place);
  const keys = [...limits.keys()];
  const attempt = await insertFailures(db(), keys, windowSeconds);
  const failures = await countFailures(db(), keys, windowSeconds);
  if ([...limits].some(([key, max]) => (failures.get(key) ?? 0) > max)) {
    // Does not count: the pause ends a quarter of an hour after the failures that began it.
    await deleteFailures(db(), attempt);
    throw refusal('too-many-sign-ins');
  }

  const person = await findPersonByEmail(db(), from.email.trim());
  const isRight = await verifyPassword(from.password.slice(0, 1000), person?.passwordHash);
  if (!person || !isRight || person.disabledAt) throw refusal('wrong-password');
  await deleteFailures(db(), attempt, [emailKey, pairKey]);
  return { id: person.id, name: person.name, email: person.email, role: person.role };
}
