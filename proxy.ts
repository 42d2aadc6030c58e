/**
 * Before every page: strangers go to the sign-in page, and the reply gets a content security policy with a fresh nonce.
 * A convenience and a second wall; whether somebody may see or do a thing is decided in pages, actions and routes.
 */
import { getToken } from 'next-auth/jwt';
import { NextResponse, type NextRequest } from 'next/server';
import { env } from '@/lib/env';

const openPages = /^\/(sign-in|set-up|invite)(\/|$)/;

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  if (!openPages.test(pathname) && !(await getToken({ req: request, secret: env().authSecret }))) {
    const entrance = new URL('/sign-in', request.nextUrl);
    if (pathname !== '/') entrance.searchParams.set('next', pathname + search);
    return NextResponse.redirect(entrance);
  }
  const policy = contentSecurityPolicy(btoa(crypto.randomUUID()));
  // Next reads the nonce for its own scripts from the request's header.
  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

function contentSecurityPolicy(nonce: string): string {
  const isDevelopment = process.env.NODE_ENV === 'development';
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? ` 'unsafe-eval'` : ''}`,
    // Charts and dialogs set style attributes.
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

/** Pages only: routes answer 401 by themselves, files are public. */
export const config = { matcher: ['/((?!api/|_next/|.*\\.[a-z0-9]+$).*)'] };
