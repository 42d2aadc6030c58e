/**
 * Who is behind this request: the one place where pages, actions and routes learn it from the cookie.
 *
 * The cookie is encrypted, and nothing in it changes from one request to the next, so what it says is remembered: deriving the key and
 * decrypting cost more than most of what a request does besides. Whether that person may still act, and as what, is not in it, and read
 * from the database every time.
 */
import { decode, getToken } from 'next-auth/jwt';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import type { NextRequest } from 'next/server';
import { cache } from 'react';
import { db } from '@/db/client';
import { findActivePerson } from '@/db/queries/people';
import { env } from '@/lib/env';
import type { Actor } from './actor';
import { mustBeAble, type Permission } from './permissions';

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

type Said = { personId: string; expiresAt: number };

const remembered = new Map<string, Said>();
const most = 2000;

/** Null for strangers, and for cookies that are forged or have run out. */
async function personOfCookie(): Promise<string | null> {
  // next-auth knows the cookie's name, and puts its pieces together.
  const request = { cookies: await cookies(), headers: new Headers() } as unknown as NextRequest;
  const cookie = await getToken({ req: request, raw: true });
  if (!cookie) return null;
  const said = remembered.get(cookie) ?? (await open(cookie));
  return said && said.expiresAt > Date.now() ? said.personId : null;
}

async function open(cookie: string): Promise<Said | null> {
  const token = await decode({ token: cookie, secret: env().authSecret! }).catch(() => null);
  if (!token?.sub || typeof token.exp !== 'number') return null;
  const said = { personId: token.sub, expiresAt: token.exp * 1000 };
  // The oldest first: a Map keeps the order in which it was filled.
  if (remembered.size >= most) remembered.delete(remembered.keys().next().value!);
  remembered.set(cookie, said);
  return said;
}
