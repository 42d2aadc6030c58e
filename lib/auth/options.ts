/**
 * next-auth's configuration: e-mail and password, and OpenID Connect where the environment names a provider. The session
 * cookie says only who somebody is; role and whether they may still act are read from the database at every request.
 * A function, so that building needs no environment.
 */
import type { AuthOptions, Session } from 'next-auth';
import type { OAuthConfig } from 'next-auth/providers/oauth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { db } from '@/db/client';
import { findActivePerson } from '@/db/queries/people';
import { env, type Env } from '@/lib/env';
import { HeedError } from '@/lib/errors';
import { log } from '@/lib/log';
import type { Actor } from './actor';
import { admitOidc, type OidcProfile } from './admit-oidc';
import { signIn } from './sign-in';

/** Stands for the id of somebody who may not enter; next-auth takes no profile without one. */
const stranger = 'stranger';

/** Absent when the account is closed or gone. */
type HeedSession = Session & { actor?: Actor };

export function authOptions(): AuthOptions {
  const { oidc, authSecret } = env();
  return {
    secret: authSecret,
    session: { strategy: 'jwt', maxAge: 14 * 24 * 3600 },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    providers: [credentials, ...(oidc ? [openIdConnect(oidc)] : [])],
    callbacks: {
      signIn: ({ user }) => user.id !== stranger || '/sign-in?error=NotInvited',
      session: async ({ session, token }): Promise<HeedSession> => {
        const person = token.sub ? await findActivePerson(db(), token.sub) : undefined;
        if (!person) return { expires: session.expires };
        const { id, name, email, role } = person;
        return { expires: session.expires, actor: { id, name, email, role } };
      },
    },
  };
}

const credentials = CredentialsProvider({
  name: 'E-mail and password',
  credentials: { email: { label: 'E-mail', type: 'email' }, password: { label: 'Password', type: 'password' } },
  authorize: async (given, request) => {
    const place = env().isProxyTrusted ? placeOf(request.headers?.['x-forwarded-for']) : null;
    try {
      return await signIn({ email: given?.email ?? '', password: given?.password ?? '', place });
    } catch (error) {
      // next-auth shows the message in the address bar: only a code may get there.
      if (error instanceof HeedError && error.code === 'unauthenticated') return null;
      if (!(error instanceof HeedError)) log.error({ err: error }, 'sign-in failed');
      throw new Error(error instanceof HeedError ? error.code : 'unavailable');
    }
  },
});

/** The proxy in front adds whom it talks to at the end; what comes before is whatever the sender likes. */
const placeOf = (forwardedFor: unknown): string | null =>
  String(forwardedFor ?? '')
    .split(',')
    .at(-1)!
    .trim() || null;

function openIdConnect({ issuer, clientId, clientSecret, name }: NonNullable<Env['oidc']>): OAuthConfig<OidcProfile> {
  return {
    id: 'oidc',
    name,
    type: 'oauth',
    wellKnown: `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    authorization: { params: { scope: 'openid email profile' } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    // The id is ours, not the provider's: it becomes the cookie's subject.
    profile: async (profile) => {
      const actor = await admitOidc(profile);
      return { id: actor?.id ?? stranger, name: actor?.name, email: actor?.email };
    },
  };
}
