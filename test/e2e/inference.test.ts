/**
 * Responses from a project's models, by the process that writes them beside the trainer: over the API while a training job
 * runs, and in the playground in a real browser.
 */
import AxeBuilder from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { pool } from '@/db/client';
import type { Role } from '@/db/enums';
import { createApiToken } from '@/lib/people/api-tokens';
import { acceptInvitation } from '@/lib/people/accept-invitation';
import { invite } from '@/lib/people/invite';
import type { InferenceEvent } from '@/lib/inference/contract';
import type { Actor } from '@/lib/auth/actor';
import { watch } from '../support/annotator';
import { heed, startApp, type App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeReadyProject } from '../support/factory';
import { expectNoSidewaysScroll } from '../support/page-checks';

const browser: Browser | null = await launchBrowser();
const password = 'correct horse battery';
const prompt = 'My kettle is late.';
let database: TestDatabase;
let app: App;
let admin: Actor;
let token: string;
let project: { id: string; slug: string };
let base: string;

beforeAll(async () => {
  database = await testDatabase();
  project = await makeReadyProject();
  admin = await makePerson('admin');
  token = await newToken(await newPerson('reviewer'));
  base = await checkpointOf(project.id, 'base');
  app = await startApp({ databaseUrl: database.url });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await database?.drop();
});

async function newPerson(role: Role): Promise<Actor> {
  const { token: invitation } = await invite(admin, { role });
  return acceptInvitation({ token: invitation, name: role, email: `${role}@example.org`, password });
}
const newToken = async (actor: Actor): Promise<string> => (await createApiToken(actor, { name: 'test' })).token;

async function checkpointOf(projectId: string, kind: string): Promise<string> {
  const { rows } = await pool().query<{ id: string }>('select id from checkpoints where project_id = $1 and kind = $2', [projectId, kind]);
  return rows[0]!.id;
}

function ask(body: object, options: { bearer?: string | null; signal?: AbortSignal; slug?: string } = {}): Promise<Response> {
  const { bearer = token, signal, slug = project.slug } = options;
  return fetch(`${app.url}/api/v1/projects/${slug}/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify({ checkpointId: base, prompt, ...body }),
    signal,
  });
}

/** Every event, and how many reads it took to get them. */
async function eventsOf(reply: Response): Promise<{ events: InferenceEvent[]; reads: number; text: string }> {
  expect(reply.status).toBe(200);
  let said = '';
  let reads = 0;
  for await (const chunk of reply.body!.pipeThrough(new TextDecoderStream())) {
    said += chunk;
    reads++;
  }
  const events = said.trim().split('\n').map((line) => JSON.parse(line) as InferenceEvent); // prettier-ignore
  return { events, reads, text: events.map((event) => (event.type === 'piece' ? event.text : '')).join('') };
}

const refusalOf = async (reply: Response) => [reply.status, ((await reply.json()) as { error: { message: string } }).error.message];

describe('over the API', () => {
  test('strangers, annotators and wrong requests are refused', async () => {
    expect((await ask({}, { bearer: 'wrong' })).status).toBe(401);
    expect((await ask({}, { bearer: await newToken(await newPerson('annotator')) })).status).toBe(403);
    expect((await ask({ temperature: -1 })).status).toBe(400);
    expect((await ask({ prompt: '' })).status).toBe(400);
    expect(await refusalOf(await ask({ checkpointId: randomUUID() }))).toEqual([404, 'This project has no such checkpoint.']);
    const other = await makeReadyProject();
    expect(await refusalOf(await ask({}, { slug: other.slug }))).toEqual([404, 'This project has no such checkpoint.']);
    const [status, message] = await refusalOf(await ask({ prompt: 'word '.repeat(600) }));
    expect(status).toBe(400);
    expect(message).toMatch(/^The prompt has \d+ tokens; .* context of 256\./);
  });

  test('its address is put back when another Heed on the data folder has taken it away, or has died', async () => {
    const file = path.join(app.dataFolder, 'inference.json');
    const own = readFileSync(file, 'utf8');
    const isBack = () => vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe(own), { timeout: 10_000, interval: 100 });
    rmSync(file);
    await isBack();
    // Above the largest process id that Linux gives.
    writeFileSync(file, JSON.stringify({ port: 1, token: 'of another', pid: 2 ** 22 + 1 }));
    await isBack();
  });

  test('the process itself answers only who knows its token, which only its account can read', async () => {
    const file = path.join(app.dataFolder, 'inference.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { port } = JSON.parse(readFileSync(file, 'utf8')) as { port: number };
    const knock = (authorization?: string) =>
      fetch(`http://127.0.0.1:${port}/generate`, { method: 'POST', body: '{}', headers: authorization ? { authorization } : {} });
    expect((await knock()).status).toBe(401);
    expect((await knock(`Bearer ${'x'.repeat(43)}`)).status).toBe(401);
  });

  test('while a job trains, a response comes piece by piece, the same as from the command line', async () => {
    const started = await fetch(`${app.url}/api/v1/projects/${project.slug}/rounds`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await newToken(admin)}` },
      body: JSON.stringify({ config: { sft: { numTrainEpochs: 100, learningRate: 1e-5 } }, seed: 1 }),
    });
    const { roundId } = (await started.json()) as { roundId: string };
    const job = async () => {
      const { rows } = await pool().query<{ state: string; stage: string; progress: number }>(
        `select state, stage, progress from jobs where round_id = $1 order by created_at desc limit 1`,
        [roundId],
      );
      return rows[0]!;
    };
    await vi.waitFor(async () => expect(await job()).toMatchObject({ state: 'running' }), { timeout: 60_000, interval: 50 });
    const { events, reads, text } = await eventsOf(await ask({ temperature: 1, seed: 3, maxNewTokens: 64 }));
    expect(await job()).toMatchObject({ state: 'running' });
    expect(events[0]).toMatchObject({ type: 'start', maxNewTokens: 64 });
    expect(events.at(-1)).toMatchObject({ type: 'done', isTruncated: false });
    expect(reads).toBeGreaterThan(1);
    const written = await heed(['model', 'generate', 'builtin', '--prompt', prompt, '--seed', '3', '--json']);
    expect(text).toBe((JSON.parse(written.stdout) as { text: string }).text);
    await fetch(`${app.url}/api/v1/rounds/${roundId}/cancel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await newToken(admin)}` },
    });
  });

  test('a full queue refuses, and readers who leave make room', async () => {
    const gone = new AbortController();
    const many = await Promise.all(
      Array.from(
        { length: 12 },
        (_, seed) =>
        ask({ seed, temperature: 5, maxNewTokens: 240 }, { signal: gone.signal }).then((reply) => reply.status, () => 0), // prettier-ignore
      ),
    );
    expect(new Set(many)).toEqual(new Set([200, 429]));
    gone.abort();
    const { events } = await eventsOf(await ask({ temperature: 0, maxNewTokens: 8 }));
    expect(events.at(-1)).toMatchObject({ type: 'done', tokens: 8, isTruncated: true });
  });

  test('the process is killed: another takes its place', async () => {
    const find = () =>
      execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.includes('.build/inference.js'))
        .map((line) => Number(line.trim().split(' ')[0]))
        .filter((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes(app.dataFolder));
    const [victim] = find();
    process.kill(victim!, 'SIGKILL');
    expect((await ask({})).status).toBe(503);
    await vi.waitFor(async () => expect((await ask({ maxNewTokens: 1 })).status).toBe(200), { timeout: 30_000, interval: 200 });
    expect(find()).not.toContain(victim);
  });

  test('a checkpoint whose files are gone is told so', async () => {
    await pool().query(
      `insert into checkpoints (project_id, kind, path, sha256, bytes, step) values ($1, 'policy', 'nowhere', 'x', 1, 1)`,
      [project.id],
    );
    const [status, message] = await refusalOf(await ask({ checkpointId: await checkpointOf(project.id, 'policy') }));
    expect(status).toBe(404);
    expect(message).toMatch(/^The files of this checkpoint are gone: there is no folder .*nowhere\.$/);
    await pool().query(`delete from checkpoints where path = 'nowhere'`);
  });
});

describe.skipIf(!browser)('in the playground', () => {
  let context: BrowserContext;
  let page: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    context = await browser!.newContext({ baseURL: app.url, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    watch(page, errors);
    await page.goto(`/playground?project=${project.slug}`);
    await page.getByLabel('E-mail').fill('reviewer@example.org');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Playground' }).waitFor();
  });

  test('a prompt is written and sent by keyboard, the answer streams, and is the API’s', async () => {
    expect(await page.getByLabel('Prompt').evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type(prompt);
    await page.keyboard.press('Control+Enter');
    const response = page.getByRole('region', { name: 'Response 1: Base model' });
    await response.getByText(/\d+ tokens, [\d,]+ a second/).waitFor();
    const { text } = await eventsOf(await ask({ seed: 1 }));
    expect(await response.locator('.prose').innerText()).toBe(text.trim());
  });

  test('two models answer side by side, and Esc stops both', async () => {
    await page.getByLabel('Beside it').selectOption({ label: 'Base model' });
    await page.getByLabel('Temperature').fill('5');
    await page.getByLabel('Most tokens').fill('8192');
    await page.route('**/generate', async (route) => {
      // Held until Esc, so that the test does not race the model.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await route.continue().catch(() => {});
    });
    await page.getByLabel('Prompt').press('Control+Enter');
    await page.getByText('Reading the prompt …').nth(1).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Stopped after 0 tokens').nth(1).waitFor();
    await page.unroute('**/generate');
    await page.getByLabel('Temperature').fill('0');
    await page.getByRole('button', { name: 'Write' }).click();
    const responses = page.getByRole('region', { name: /^Response [12]: Base model$/ });
    await responses.nth(0).getByText('a second').waitFor();
    await responses.nth(1).getByText('a second').waitFor();
    expect(await responses.nth(0).locator('.prose').innerText()).toBe(await responses.nth(1).locator('.prose').innerText());
  });

  test('what the server refuses is said in its words', async () => {
    await page.getByLabel('Prompt').fill('word '.repeat(600));
    await page.getByLabel('Prompt').press('Control+Enter');
    await page.getByRole('alert').filter({ hasText: 'Shorten the prompt' }).first().waitFor();
    await page.getByLabel('Prompt').fill(prompt);
    await page.getByLabel('Prompt').press('Control+Enter');
    await page
      .getByText(/\d+ tokens, [\d,]+ a second/)
      .nth(1)
      .waitFor();
  });

  test('is accessible, and nothing sticks out on a phone', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const [width, height] of [
        [1440, 900],
        [1024, 768],
        [390, 844],
      ] as const) {
        await page.setViewportSize({ width, height });
        expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
        await expectNoSidewaysScroll(page);
        const folder = process.env.HEED_TEST_PICTURES;
        if (folder) await page.screenshot({ path: path.join(folder, `playground-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
    expect(errors).toEqual([]);
  });
});
