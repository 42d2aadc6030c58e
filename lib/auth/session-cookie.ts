/**
 * Whose session the request's cookie is. It is encrypted, and nothing in it changes from one request to the next, so what it says is
 * remembered: deriving the key and decrypting cost more than all the rest of taking an answer. Whether that person may still act is
 * not in the cookie, and read from the database every time.
 */
import { decode, getToken } from 'next-auth/jwt';
import { cookies } from 'next/headers';
import type { NextRequest } from 'next/server';
import { env } from '@/lib/env';

type Said = { personId: string; expiresAt: number };

const remembered = new Map<string, Said>();
const most = 2000;

/** Null for strangers, and for cookies that are forged or have run out. */
export async function personOfCookie(): Promise<string | null> {
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
