/** A person at the HTTP interface: signs in as a browser does and keeps the session's cookies. */
import { HeedError } from '@/lib/errors';

export type Client = {
  get<T>(path: string): Promise<T>;
  /** Null where the server has nothing to give (204). */
  post<T>(path: string, body?: unknown): Promise<T | null>;
};

export async function signIn(baseUrl: string, email: string, password: string): Promise<Client> {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await fetch(`${baseUrl}${path}`, { ...init, redirect: 'manual', headers: { ...init.headers, cookie, origin: baseUrl } });
    for (const line of reply.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name) cookies.set(name, value!);
    }
    return reply;
  };

  const { csrfToken } = (await (await send('/api/auth/csrf')).json()) as { csrfToken: string };
  const form = new URLSearchParams({ csrfToken, email, password, callbackUrl: baseUrl, json: 'true' });
  const reply = await send('/api/auth/callback/credentials', { method: 'POST', body: form });
  if (!reply.ok) throw new HeedError('unauthenticated', `${email} cannot sign in (${reply.status}).`);

  const json = async <T>(path: string, init?: RequestInit): Promise<T | null> => {
    const answer = await send(path, init);
    if (answer.status === 204) return null;
    const body = (await answer.json()) as T & { error?: { message: string } };
    if (!answer.ok) throw new HeedError('unavailable', `${init?.method ?? 'GET'} ${path}: ${body.error?.message ?? answer.status}`);
    return body;
  };
  return {
    get: async <T>(path: string) => (await json<T>(path)) as T,
    post: <T>(path: string, body: unknown = {}) =>
      json<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
}
