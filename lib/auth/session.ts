/** Who is behind this request: the one place where pages, actions and routes learn it from the cookie. */
import { getServerSession } from 'next-auth';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { Actor } from './actor';
import { authOptions, type HeedSession } from './options';
import { mustBeAble, type Permission } from './permissions';

/** Null when nobody is signed in, or not any more. Read once per page. */
export const currentActor = cache(async (): Promise<Actor | null> => {
  const session: HeedSession | null = await getServerSession(authOptions());
  return session?.actor ?? null;
});

/** For pages and actions: sends strangers to the sign-in page. @throws HeedError forbidden */
export async function requireActor(permission?: Permission): Promise<Actor> {
  const actor = await currentActor();
  if (!actor) redirect('/sign-in');
  if (permission) mustBeAble(actor, permission);
  return actor;
}
