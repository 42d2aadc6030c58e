/**
 * A newcomer's first hour in a real browser: make the account, judge and write by keyboard alone, import what is missing, train
 * a round and watch it. The trainer is the real one.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemActor } from '@/lib/auth/actor';
import { invite } from '@/lib/people/invite';
import { message } from '@/lib/demo/messages';
import { goodReply, reply } from '@/lib/demo/replies';
import { createRng } from '@/lib/rng';
import { press, watch } from '../support/annotator';
import { startApp, type App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { testDatabase, type TestDatabase } from '../support/database';
import { checkPage } from '../support/page-checks';

const browser: Browser | null = await launchBrowser();
const account = { name: 'Ada Lovelace', email: 'ada@example.org', password: 'a long password' };

describe.skipIf(!browser)('a newcomer', () => {
  let database: TestDatabase;
  let app: App;
  let context: BrowserContext;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    app = await startApp({ databaseUrl: database.url });
    context = await browser!.newContext({ baseURL: app.url, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    watch(page, errors);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await database?.drop();
  });

  test('makes the first account with the set-up link, once', async () => {
    await page.goto(app.setupUrl!);
    await page.getByLabel('Name').fill(account.name);
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByLabel('Password').fill('short');
    await page.getByLabel('Password').evaluate((field) => field.removeAttribute('minlength'));
    await page.keyboard.press('Enter');
    await page.getByText('At least 10 characters.', { exact: true }).nth(1).waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe(account.name);
    await page.getByLabel('Password').fill(account.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What to do next' }).waitFor();

    const stranger = await browser!.newPage({ baseURL: app.url });
    await stranger.goto(app.setupUrl!);
    await stranger.getByText('This link has been used already.').waitFor();
    await stranger.close();
  });

  test('is told of a wrong password, and of an expired invitation', async () => {
    const stranger = await browser!.newPage({ baseURL: app.url });
    await stranger.goto('/compare?project=demo');
    await stranger.getByLabel('E-mail').fill(account.email);
    await stranger.getByLabel('Password').fill('not the password');
    await stranger.keyboard.press('Enter');
    await stranger.getByText('E-mail or password is wrong.').waitFor();
    await stranger.getByLabel('Password').fill(account.password);
    await stranger.keyboard.press('Enter');
    await stranger.waitForURL('/compare?project=demo');

    const { path } = await invite(systemActor, { role: 'annotator', validDays: 1e-9 });
    await stranger.goto(path);
    await stranger.getByText('This link has expired.').waitFor();
    await stranger.close();
  });

  test('compares five pairs by keyboard alone, takes one answer back, and loses none', async () => {
    await page.goto('/compare');
    await promptText(page, 120_000);
    for (const key of ['1', '4', '0', '7', '5']) {
      const before = await pairText(page);
      await press(page, key);
      await expect.poll(() => pairText(page)).not.toBe(before);
    }
    const sixth = await pairText(page);
    await press(page, 's');
    await expect.poll(() => pairText(page)).not.toBe(sixth);
    await press(page, 'z');
    await expect.poll(() => pairText(page)).toBe(sixth);
    await press(page, 'r');
    await page.keyboard.type('Says what happens next');
    await page.keyboard.press('Escape');
    await press(page, '2');
    await page.getByText('A better: sent').waitFor();
    expect(await answered(page, 'compare')).toBe(6);
  });

  test('goes on without a connection, and the answer arrives when it is back', async () => {
    await page.goto('/compare');
    const before = await pairText(page);
    await page.waitForTimeout(500);
    await context.setOffline(true);
    await press(page, '3');
    await expect.poll(() => pairText(page)).not.toBe(before);
    await page.getByText('1 answer is kept on this device').waitFor();
    await context.setOffline(false);
    await page.getByText('1 answer is kept on this device').waitFor({ state: 'detached' });
    await expect.poll(() => answered(page, 'compare')).toBe(7);
  });

  test('writes a demonstration by keyboard; a reload keeps the draft', async () => {
    await page.goto('/demonstrate');
    await promptText(page);
    await page.keyboard.press('Control+Enter');
    await page.getByText('Write a response first').waitFor();
    const text = 'We are sorry about that. A new one leaves our house today.';
    await page.keyboard.type(text);
    await page.getByText('Draft saved').waitFor();
    // What the server has written stands there before the page listens to keys.
    await page.reload({ waitUntil: 'networkidle' });
    await expect.poll(() => page.getByLabel('Your response').inputValue()).toBe(text);
    const before = await promptText(page);
    await page.getByLabel('Your response').focus();
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => promptText(page)).not.toBe(before);
    await expect.poll(() => answered(page, 'demonstrate'), { timeout: 20_000 }).toBe(1);
  });

  test('sees what is missing for a round, and imports it; a bad line is named', async () => {
    await page.goto('/loop');
    await page.getByText('Demonstrations: 1 of 8.').waitFor();
    const rng = createRng(1);
    const demonstrations = Array.from({ length: 12 }, () => {
      const { text, facts } = message(rng);
      return { prompt: text, completion: goodReply(rng, facts) };
    });
    const comparisons = Array.from({ length: 24 }, () => {
      const { text, facts } = message(rng);
      return { prompt: text, chosen: goodReply(rng, facts), rejected: `${reply(rng, facts, { item: 'wrong' }).text} Really.` };
    });
    await page.goto('/data');
    await importFile(
      page,
      'demonstrations',
      [...demonstrations.map((row) => JSON.stringify(row)), '{"prompt": "no reply"}'],
      'import nothing',
    );
    await page.getByText('Nothing was imported: 1 line cannot be read.').waitFor();
    await page.getByRole('cell', { name: '13', exact: true }).waitFor();
    await importFile(
      page,
      'demonstrations',
      [...demonstrations.map((row) => JSON.stringify(row)), '{"prompt": "no reply"}'],
      'import the rest',
    );
    await page.getByText('12 rows imported, 1 line left out.').waitFor();
    await importFile(page, 'comparisons', [JSON.stringify(comparisons)], 'import nothing');
    await page.getByText('24 rows imported.').waitFor();
  });

  test('starts a round, sees a metric move, and cancels it', async () => {
    await page.goto('/loop');
    await page.getByText('Hyperparameters').click();
    const epochs = page.locator('[name="config.sft.numTrainEpochs"]');
    await epochs.fill('0');
    await epochs.evaluate((field) => field.removeAttribute('min'));
    await page.getByRole('button', { name: 'Train round 1' }).click();
    await page.getByText('Please check the marked fields.').waitFor();
    await epochs.fill('40');
    await page.getByRole('button', { name: 'Train round 1' }).click();
    await page.getByRole('heading', { name: 'Round 1 running' }).waitFor();

    const loss = page.getByRole('img', { name: /^loss over \d+ steps/ });
    await loss.waitFor({ timeout: 120_000 });
    const first = await loss.getAttribute('aria-label');
    await expect.poll(() => loss.getAttribute('aria-label'), { timeout: 60_000 }).not.toBe(first);
    await checkPage(page, 'a running round');

    await page.getByRole('button', { name: 'Cancel round' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel round' }).click();
    await page.getByRole('heading', { name: 'Round 1 cancelled' }).waitFor({ timeout: 60_000 });
  });

  test('an invited annotator sees the work and nothing of the studio', async () => {
    await page.goto('/people');
    await page.getByRole('button', { name: 'Make link' }).click();
    const link = await page.getByLabel('Invitation link').inputValue();
    const guest = await browser!.newPage({ baseURL: app.url });
    await guest.goto(link);
    await guest.getByLabel('Name').fill('Grace Hopper');
    await guest.getByLabel('E-mail').fill('grace@example.org');
    await guest.getByLabel('Password').fill('another long one');
    await guest.keyboard.press('Enter');
    await guest.getByRole('heading', { name: 'What to do next' }).waitFor();
    expect(await guest.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts()).toEqual([
      'Compare',
      'Rank',
      'Rate',
      'Demonstrate',
      'Red team',
      'My work',
    ]);
    expect((await guest.goto('/loop'))!.status()).toBe(403);
    await guest.getByText('This page is not for your role').waitFor();
    await guest.close();
  });

  test('and the browser had nothing to complain about', () => expect(errors).toEqual([]));
});

/** The prompt on the screen; waits for one. */
async function promptText(page: Page, timeout?: number): Promise<string> {
  return page.getByRole('region', { name: 'Prompt' }).innerText({ timeout });
}

/** Prompts repeat with other responses: a pair is known by all three texts. */
async function pairText(page: Page): Promise<string> {
  const parts = ['Prompt', 'Response A', 'Response B'].map((name) => page.getByRole('region', { name, exact: true }).innerText());
  return (await Promise.all(parts)).join('\n');
}

async function answered(page: Page, kind: 'compare' | 'demonstrate'): Promise<number> {
  const progress = (await (await page.request.get('/api/v1/projects/demo/progress')).json()) as Record<string, { answeredByMe: number }>;
  return progress[kind]!.answeredByMe;
}

async function importFile(page: Page, kind: string, lines: string[], mode: string): Promise<void> {
  await page.getByLabel('What is in it').selectOption(kind);
  await page.getByLabel('If a line is bad').selectOption({ label: mode });
  await page
    .getByLabel('File')
    .setInputFiles({ name: `${kind}.jsonl`, mimeType: 'application/jsonl', buffer: Buffer.from(lines.join('\n')) });
  await page.getByRole('button', { name: 'Import' }).click();
}
