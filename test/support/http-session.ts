/** A program that signs in as a person and calls Heed over HTTP, the way anybody's script would. */
export class HttpSession {
  private readonly cookies = new Map<string, string>();

  constructor(readonly url: string) {}

  /** next-auth's form: a CSRF token, then e-mail and password. Returns where it sends a browser. */
  async signIn(email: string, password: string): Promise<string> {
    const { csrfToken } = (await (await this.fetch('/api/auth/csrf')).json()) as { csrfToken: string };
    const body = new URLSearchParams({ csrfToken, email, password, json: 'true' });
    const reply = await this.fetch('/api/auth/callback/credentials', { method: 'POST', body });
    return ((await reply.json()) as { url: string }).url;
  }

  /** Through the identity provider and back, as a browser is sent. Returns where it lands. */
  async signInThrough(provider: string): Promise<string> {
    const { csrfToken } = (await (await this.fetch('/api/auth/csrf')).json()) as { csrfToken: string };
    const body = new URLSearchParams({ csrfToken, callbackUrl: this.url, json: 'true' });
    const { url } = (await (await this.fetch(`/api/auth/signin/${provider}`, { method: 'POST', body })).json()) as { url: string };
    const back = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location')!);
    return (await this.fetch(back.pathname + back.search)).headers.get('location')!;
  }

  /** Keeps cookies; follows no redirects. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const reply = await fetch(this.url + path, { ...init, headers, redirect: 'manual' });
    for (const cookie of reply.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      this.cookies.set(name!, value!);
    }
    return reply;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, { headers });
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  }
}
