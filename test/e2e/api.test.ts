/** The routes as a program meets them: over HTTP, against the built app; only the numerics are pretended. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool } from '@/db/client';
import type { Role } from '@/db/enums';
import type { Actor } from '@/lib/auth/actor';
import { acceptInvitation } from '@/lib/people/accept-invitation';
import { createApiToken, revokeApiToken } from '@/lib/people/api-tokens';
import { disablePerson } from '@/lib/people/disable-person';
import { invite } from '@/lib/people/invite';
import { setRole } from '@/lib/people/set-role';
import type { Claim } from '@/lib/tasks/claim';
import { heed, type App } from '../support/app';
import { makePairs, makePerson, makeProject, makeReadyProject } from '../support/factory';
import { HttpSession } from '../support/http-session';
import { startIssuer, type Issuer } from '../support/mock-issuer';
import { startOwnApp } from '../support/own-app';

const password = 'correct horse battery';
let app: App;
let issuer: Issuer;
let root: Actor;

beforeAll(async () => {
  issuer = await startIssuer();
  const oidc = { OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: issuer.clientId, OIDC_CLIENT_SECRET: issuer.clientSecret };
  app = await startOwnApp({
    env: { FAKE_STEPS: '30', FAKE_STEP_MS: '50', HEED_METRICS_TOKEN: 'scrape me', HEED_TRUST_PROXY: '1', ...oidc },
  });
  root = await makePerson('admin');
});
afterAll(async () => {
  await app?.stop();
  await issuer?.stop();
});

async function signedIn(role: Role): Promise<{ http: HttpSession; actor: Actor }> {
  const { token } = await invite(root, { role });
  const actor = await acceptInvitation({ token, name: role, email: `${randomUUID()}@example.org`, password });
  const http = new HttpSession(app.url);
  expect(await http.signIn(actor.email, password)).not.toContain('error');
  return { http, actor };
}
const json = async <T>(reply: Response): Promise<T> => (await reply.json()) as T;
type Refusal = { error: { code: string; message: string; details?: Record<string, unknown> } };

describe('the entrance', () => {
  it('is well', async () => {
    const reply = await fetch(`${app.url}/api/health`);
    expect([reply.status, await reply.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('sends strangers to the sign-in page, and back where they were going', async () => {
    const reply = await new HttpSession(app.url).get('/compare?project=demo');
    expect(reply.status).toBe(307);
    expect(new URL(reply.headers.get('location')!, app.url).href).toBe(`${app.url}/sign-in?next=%2Fcompare%3Fproject%3Ddemo`);
  });

  it('gives every page a policy with a nonce of its own', async () => {
    const policies = await Promise.all([1, 2].map(async () => (await fetch(`${app.url}/sign-in`)).headers.get('content-security-policy')));
    expect(policies[0]).toMatch(/script-src 'self' 'nonce-[\w+/=]+' 'strict-dynamic'/);
    expect(policies[0]).not.toBe(policies[1]);
  });

  it('takes no wrong password, and says no more than that', async () => {
    const { actor } = await signedIn('annotator');
    const http = new HttpSession(app.url);
    expect(new URL(await http.signIn(actor.email, 'wrong password')).searchParams.get('error')).toBe('CredentialsSignin');
    expect(new URL(await http.signIn('nobody@example.org', 'wrong password')).searchParams.get('error')).toBe('CredentialsSignin');
    expect(new URL(await http.signIn(`${actor.email}\0`, 'wrong password')).searchParams.get('error')).toBe('CredentialsSignin');
    expect((await http.get('/api/v1/projects')).status).toBe(401);
    const { rows } = await pool().query(`select key from sign_in_failures where key like 'place:%' group by 1`);
    expect(rows).toEqual([{ key: expect.stringMatching(/127\.0\.0\.1$|^place:::1$/) }]);
    await pool().query(`insert into sign_in_failures (key) select 'email:' || lower($1) from generate_series(1, 100)`, [actor.email]);
    expect(new URL(await http.signIn(actor.email, password)).searchParams.get('error')).toBe('rate_limited');
  });
});

describe('single sign-on', () => {
  const enter = async () => {
    const http = new HttpSession(app.url);
    return { landed: await http.signInThrough('oidc'), http };
  };

  it('lets accounts in and makes those that were invited, each with their own role', async () => {
    const { actor } = await signedIn('reviewer');
    issuer.person = { email: actor.email, email_verified: true, name: 'R' };
    const { http } = await enter();
    expect(await json(await http.get('/api/auth/session'))).toMatchObject({ actor: { id: actor.id, role: 'reviewer' } });
    const email = `${randomUUID()}@example.org`;
    await invite(root, { role: 'annotator', email });
    issuer.person = { email, email_verified: true, name: 'Invited Person' };
    const invited = await enter();
    expect(await json(await invited.http.get('/api/auth/session'))).toMatchObject({
      actor: { email, role: 'annotator', name: 'Invited Person' },
    });
    expect((await invited.http.get('/api/v1/projects')).status).toBe(200);
  });

  it('leaves strangers outside', async () => {
    issuer.person = { email: 'stranger@example.org', email_verified: true };
    const { landed, http } = await enter();
    expect(landed).toContain('/sign-in?error=NotInvited');
    expect((await http.get('/api/v1/projects')).status).toBe(401);
  });
});

describe('labelling over HTTP', () => {
  it('claims, answers once, and is done', async () => {
    const { id, slug } = await makeProject();
    await makePairs(id, 1);
    const { http } = await signedIn('annotator');
    const claimed = await http.post(`/api/v1/projects/${slug}/claims`, { kind: 'compare' });
    expect(claimed.status).toBe(200);
    const { lease, compare, ...rest } = await json<Claim>(claimed);
    expect(Object.keys(rest)).toEqual(['task']);
    expect(Object.keys(compare!.left)).toEqual(['text']);
    const answer = { idempotencyKey: randomUUID(), grade: -2, reason: 'B names the item.' };
    const first = await http.post(`/api/v1/leases/${lease.id}/preference`, answer);
    const again = await http.post(`/api/v1/leases/${lease.id}/preference`, answer);
    expect([first.status, again.status]).toEqual([200, 200]);
    const { preferenceId } = await json<{ preferenceId: string }>(first);
    expect(await again.json()).toEqual({ preferenceId, status: 'duplicate' });
    expect((await http.post(`/api/v1/projects/${slug}/claims`, { kind: 'compare' })).status).toBe(204);
    expect(await json(await http.get(`/api/v1/projects/${slug}/progress`))).toMatchObject({
      compare: { answeredByMe: 1, open: 0, total: 1 },
    });
    const other = await http.post(`/api/v1/leases/${lease.id}/preference`, { ...answer, idempotencyKey: randomUUID() });
    expect([other.status, (await json<Refusal>(other)).error.code]).toEqual([409, 'conflict']);
  });

  it('keeps a draft, skips, releases, renews', async () => {
    const { slug } = await makeProject({ heldOutFraction: 0 }, ['Hello?']);
    const { http } = await signedIn('annotator');
    const { lease } = await json<Claim>(await http.post(`/api/v1/projects/${slug}/claims`, { kind: 'demonstrate' }));
    const put = (body: object) =>
      http.fetch(`/api/v1/leases/${lease.id}/draft`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect(await json(await put({ text: 'He', revision: 0 }))).toEqual({ revision: 1 });
    const behind = await put({ text: 'Hello', revision: 0 });
    expect([behind.status, (await json<Refusal>(behind)).error.details]).toEqual([
      409,
      { reason: 'newer-draft', newer: { text: 'He', revision: 1, from: null } },
    ]);
    expect(await json(await http.post(`/api/v1/leases/${lease.id}/renew`))).toEqual({ expiresAt: expect.any(String) });
    expect((await http.post(`/api/v1/leases/${lease.id}/release`)).status).toBe(204);
    expect((await http.post(`/api/v1/leases/${lease.id}/skip`, { isFlagged: true, reason: 'rude' })).status).toBe(204);
    expect((await http.post(`/api/v1/leases/${lease.id}/demonstration`, { idempotencyKey: randomUUID(), text: 'Hello!' })).status).toBe(
      409,
    );
  });

  it('refuses what is wrong, in words: JSON, fields, ids, size', async () => {
    const { http } = await signedIn('annotator');
    const lease = `/api/v1/leases/${randomUUID()}/preference`;
    const refusals: [Promise<Response>, number, string][] = [
      [http.fetch(lease, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }), 400, 'invalid'],
      [http.fetch(lease, { method: 'POST', body: 'grade=1' }), 400, 'invalid'],
      [http.post(lease, { idempotencyKey: randomUUID(), grade: 1.5 }), 400, 'invalid'],
      [http.post(lease, { idempotencyKey: randomUUID(), grade: 1 }), 404, 'not_found'],
      [http.post('/api/v1/leases/7/preference', { idempotencyKey: randomUUID(), grade: 1 }), 400, 'invalid'],
      [http.post(lease, { reason: 'x'.repeat(2 ** 20) }), 413, 'too_large'],
      [http.post(lease, { idempotencyKey: randomUUID(), grade: 1, reason: 'a\0b' }), 400, 'invalid'],
      [http.get('/api/v1/projects/%00/progress'), 400, 'invalid'],
      [http.get('/api/v1/projects/none/progress'), 404, 'not_found'],
      [http.post('/api/v1/projects/none/nothing'), 404, 'not_found'],
    ];
    for (const [reply, status, code] of refusals) {
      const { error } = await json<Refusal>(await reply);
      expect([(await reply).status, error.code, error.message.length > 10]).toEqual([status, code, true]);
    }
  });
});

describe('who may', () => {
  it('is asked at every route, anew at every request', async () => {
    const { slug } = await makeProject();
    const { http, actor } = await signedIn('annotator');
    const asking = [
      () => http.get(`/api/v1/projects/${slug}/readiness`),
      () => http.get(`/api/v1/projects/${slug}/export/prompts`),
      () => http.get(`/api/v1/rounds/${randomUUID()}`),
      () => http.get(`/api/events?round=${randomUUID()}`),
      () => http.get('/api/metrics'),
      () => http.post(`/api/v1/projects/${slug}/rounds`),
      () => http.post(`/api/v1/projects/${slug}/import/prompts`),
    ];
    expect(await Promise.all(asking.map(async (ask) => (await ask()).status))).toEqual(asking.map(() => 403));
    await setRole(root, { personId: actor.id, role: 'reviewer' });
    expect((await http.get(`/api/v1/projects/${slug}/readiness`)).status).toBe(200);
    expect((await http.post(`/api/v1/projects/${slug}/rounds`)).status).toBe(403);
    await disablePerson(root, { personId: actor.id });
    expect((await http.get(`/api/v1/projects/${slug}/readiness`)).status).toBe(401);
    expect((await new HttpSession(app.url).get('/api/v1/projects')).status).toBe(401);
  });

  it('a cookie is worth nothing in a write from another site', async () => {
    const { id, slug } = await makeProject();
    await makePairs(id, 1);
    const { http } = await signedIn('annotator');
    const claim = (headers: Record<string, string>) => http.post(`/api/v1/projects/${slug}/claims`, { kind: 'compare' }, headers);
    expect((await claim({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await claim({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await claim({ origin: app.url })).status).toBe(200);
  });

  it.each([
    '/rounds/7',
    '/prompts/7',
    '/people/7',
    '/people/7/deleted',
    '/data/red-team/7',
    '/my-work/preference/7',
    '/compare?project=%00',
    '/data/red-team?category=%00',
    ...['/prompts', '/prompts/flagged', '/people', '/loop', '/models', '/my-work', '/my-work/questions'].map((page) => `${page}?cursor=7`),
    ...['/prompts', '/my-work', '/guidelines/precedents'].map((page) => `${page}?search=%00`),
  ])('the page %s is not found', async (page) => {
    await makeProject();
    const { http } = await signedIn('admin');
    expect((await http.get(page)).status).toBe(404);
  });

  it('an address that leads nowhere is told as JSON, to strangers, too', async () => {
    const reply = await fetch(`${app.url}/api/v1/nothing`);
    expect([reply.status, await json(reply)]).toEqual([
      404,
      { error: { code: 'not_found', message: 'There is no route /api/v1/nothing. docs/api.md lists those that there are.' } },
    ]);
  });

  it('a bearer token acts for its maker until it is revoked', async () => {
    const { actor } = await signedIn('annotator');
    const { token, id } = await createApiToken(actor, { name: 'script' });
    const ask = () => fetch(`${app.url}/api/v1/projects`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask()).status).toBe(200);
    await revokeApiToken(actor, { tokenId: id });
    expect((await ask()).status).toBe(401);
  });

  it('tokens are made, listed and revoked on the command line', async () => {
    const { actor } = await signedIn('annotator');
    const run = (...args: string[]) => heed(['token', ...args], { HEED_DATA: app.dataFolder });
    const made = await run('create', actor.email, '--name', 'script');
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^heed_\S+\n$/) });
    const ask = () => fetch(`${app.url}/api/v1/projects`, { headers: { authorization: `Bearer ${made.stdout.trim()}` } });
    expect((await ask()).status).toBe(200);
    const listed = await run('list', actor.email, '--json');
    const [{ id }] = JSON.parse(listed.stdout) as [{ id: string }];
    expect(listed.stdout).not.toContain(made.stdout.trim());
    expect(await run('revoke', actor.email, id)).toMatchObject({ code: 0 });
    expect((await ask()).status).toBe(401);
    expect(await run('revoke', actor.email, id)).toMatchObject({
      code: 4,
      stderr: 'heed: There is no such token, or it is revoked already.\n',
    });
    expect(await run('create', 'nobody@example.org', '--name', 'script')).toMatchObject({
      code: 4,
      stderr: 'heed: There is no such person, or their account is closed.\n',
    });
  });

  it('metrics are for scrapers with the token', async () => {
    const scrape = (token: string) => fetch(`${app.url}/api/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect((await scrape('wrong')).status).toBe(401);
    expect(await (await scrape('scrape me')).text()).toMatch(/^heed_active_leases \d+$/m);
  });
});

describe('data over HTTP', () => {
  it('comes in as a file and goes out as JSON lines', async () => {
    const { slug } = await makeProject();
    const { http } = await signedIn('admin');
    const send = (body: string, mode = '') => http.fetch(`/api/v1/projects/${slug}/import/comparisons${mode}`, { method: 'POST', body });
    const lines = '{"prompt":"p","chosen":"ä","rejected":"b"}\n{"prompt":"p","chosen":"a"}\n';
    const refused = await send(lines);
    expect([refused.status, (await json<Refusal>(refused)).error.details]).toEqual([
      400,
      {
        reason: 'bad-lines',
        rejectedCount: 1,
        rejected: [{ line: 2, code: 'missing', reason: '"rejected" is missing.', details: { field: 'rejected' } }],
      },
    ]);
    expect(await json(await send(lines, '?mode=skip-bad'))).toMatchObject({ imported: 1, rejectedCount: 1 });
    const reply = await http.get(`/api/v1/projects/${slug}/export/comparisons`);
    expect(reply.headers.get('content-disposition')).toBe(`attachment; filename="${slug}-comparisons.jsonl"`);
    expect(JSON.parse(await reply.text())).toMatchObject({ prompt: 'p', chosen: 'ä', rejected: 'b' });
  });
});

type Sent = { event: string; id?: number; data: unknown };

/** Reads server-sent events until `isLast` or the end of the stream. */
async function readEvents(reply: Response, isLast: (event: Sent) => boolean = () => false): Promise<Sent[]> {
  const seen: Sent[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of reply.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      if (!fields.event) continue;
      seen.push({ event: fields.event, id: fields.id ? Number(fields.id) : undefined, data: JSON.parse(fields.data!) as unknown });
      if (isLast(seen.at(-1)!)) return seen;
    }
  }
  return seen;
}

describe('a round over HTTP', () => {
  it('starts, tells its events, resumes after a broken line, and ends', async () => {
    const { slug } = await makeReadyProject();
    const { http } = await signedIn('admin');
    const started = await http.post(`/api/v1/projects/${slug}/rounds`, { seed: 4, config: { sft: { batchSize: 2 } } });
    const { roundId } = await json<{ roundId: string }>(started);
    expect((await http.post(`/api/v1/projects/${slug}/rounds`)).status).toBe(409);

    const events = `/api/events?round=${roundId}`;
    const stream = await http.get(events);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.headers.get('content-encoding')).toBeNull();
    const before = await readEvents(stream, (event) => event.event === 'metrics');
    const lastId = before.at(-1)!.id!;
    const after = await readEvents(await http.get(events, { 'last-event-id': String(lastId) }));
    const ids = (seen: Sent[]) =>
      seen.flatMap((one) => (one.event === 'metrics' ? (one.data as { id: number }[]).map((point) => point.id) : []));
    expect(Math.min(...ids(after))).toBeGreaterThan(lastId);
    expect(after.findLast((one) => one.event === 'state')!.data).toMatchObject({ state: 'succeeded' });
    expect(after.some((one) => one.event === 'progress')).toBe(true);

    const { metrics } = await json<{ metrics: { id: number }[] }>(await http.get(`/api/v1/rounds/${roundId}/metrics`));
    expect([...ids(before), ...ids(after)]).toEqual(metrics.map((point) => point.id));
    expect(await json(await http.get(`/api/v1/rounds/${roundId}`))).toMatchObject({ state: 'succeeded', stages: { length: 4 } });
    expect((await http.get(events, { 'last-event-id': String(metrics.at(-1)!.id) })).status).toBe(204);
    expect((await http.post(`/api/v1/rounds/${roundId}/cancel`)).status).toBe(409);
    expect((await http.get(`/api/events?round=${randomUUID()}`)).status).toBe(404);
  });

  it('is refused with what is missing', async () => {
    const { slug } = await makeProject();
    const { http } = await signedIn('admin');
    const reply = await http.post(`/api/v1/projects/${slug}/rounds`);
    expect([reply.status, (await json<Refusal>(reply)).error.details]).toMatchObject([
      400,
      { readiness: { isReady: false, problems: { length: 3 } } },
    ]);
  });
});
