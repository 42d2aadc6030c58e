/** Who is behind this request: the one place where pages, actions and routes learn it from the cookie. */
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { db } from '@/db/client';
import { findActivePerson } from '@/db/queries/people';
import type { Actor } from './actor';
import { mustBeAble, type Permission } from './permissions';
import { personOfCookie } from './session-cookie';

/** Null when nobody is signed in, or not any more. Read once per page. */
export const currentActor = cache(async (): Promise<Actor | null> => {
  const personId = await personOfCookie();
  const person = personId ? await findActivePerson(db(), personId) : undefined;
  if (!person) return null;
  const { id, name, email, role } = person;
  return { id, name, email, role };
});

/** For pages and actions: sends strangers to the sign-in page. @throws HeedError forbidden */
export async function requireActor(permission?: Permission): Promise<Actor> {
  const actor = await currentActor();
  if (!actor) redirect('/sign-in');
  if (permission) mustBeAble(actor, permission);
  return actor;
}
