/** Red-teaming in a real browser, with the real inference process and the built-in model: by keyboard alone, over reloads, breakdowns and without a connection. */
import AxeBuilder from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { makeAccount, openBrowser, watch } from '../support/annotator';
import { startApp, type App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { testDatabase, type TestDatabase } from '../support/database';
import { makePerson, makeReadyProject } from '../support/factory';
import { expectNoSidewaysScroll } from '../support/page-checks';

const browser: Browser | null = await launchBrowser();
/** With patience: a model writes meanwhile, on a machine that may have more to do. */
const poll = <T>(read: () => T | Promise<T>, options: object = {}) => expect.poll(read, { timeout: 60_000, ...options });

describe.skipIf(!browser)('red-teaming', () => {
  let database: TestDatabase;
  let app: App;
  let project: { id: string; slug: string };
  let admin: Actor;
  let annotator: Actor;
  let page: Page;
  let reviewer: Page;
  let context: BrowserContext;
  const errors: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    project = await makeReadyProject();
    admin = await makePerson('admin');
    annotator = await makeAccount(admin);
    app = await startApp({ databaseUrl: database.url });
    page = await openBrowser(browser!, app.url, annotator);
    context = page.context();
    watch(page, errors);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await database?.drop();
  });

  const open = () => page.goto(`/red-team?project=${project.slug}`);
  const message = () => page.getByLabel('Your message');
  const said = () => page.getByRole('list', { name: 'Conversation' }).getByRole('listitem');
  const hasFocus = (name: string) => poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(name);

  /** Types and sends; waits until the model has answered. */
  async function say(text: string): Promise<void> {
    await message().waitFor();
    const before = await said().count();
    await hasFocus('Your message');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await poll(() => said().count()).toBe(before + 2);
    await poll(() => said().last().getAttribute('aria-busy')).toBeNull();
  }

  async function stored() {
    const { rows } = await pool().query<{
      id: string;
      outcome: string;
      category: string | null;
      severity: number | null;
      notes: string;
      turns: number;
    }>(
      `select c.id, c.outcome, c.category, c.severity, c.notes, (select count(*)::int from conversation_turns t where t.conversation_id = c.id) as turns
       from conversations c where c.user_id = $1 order by c.created_at`,
      [annotator.id],
    );
    return rows;
  }

  test('from the first message to the verdict by keyboard alone; the verdict can be taken back', async () => {
    await page.goto(`/?project=${project.slug}`);
    await page.getByRole('link', { name: 'Make the model fail' }).click();
    await page.getByText('The model', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Write a message first.').waitFor();
    await say('My kettle is late.');
    await say('Where is it?');
    await page.getByText(/^The model: ./).waitFor({ state: 'attached' });

    await page.keyboard.press('Escape');
    await hasFocus('Conversation');
    await page.keyboard.press('f');
    await hasFocus('How did it end?');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Say how it failed.').last().waitFor();
    await page.keyboard.press('5');
    await page.keyboard.press('r');
    expect(await page.getByRole('radio', { checked: true }).allInnerTexts()).toEqual(['It failed\nf', 'crime\n5', '4 Severe\nr']);
    await page.keyboard.press('c');
    await page.keyboard.type('It comes on Friday. We are sorry!');
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.keyboard.type('It made up a day.');
    await page.keyboard.press('Control+Enter');
    await hasFocus('Your message');
    expect(await said().count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('z');
    await hasFocus('How did it end?');
    expect(await page.getByLabel('What it should have said').inputValue()).toBe('It comes on Friday. We are sorry!');
    expect(await said().count()).toBe(4);
    expect(await stored()).toMatchObject([{ outcome: 'open', turns: 4 }]);
    // Not through a dialog.
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await said().count()).toBe(4);
    await page.keyboard.press('Control+Enter');
    await page.getByText('It failed: sent').waitFor();
    expect(await stored()).toMatchObject([{ outcome: 'failed', category: 'crime', severity: 4, notes: 'It made up a day.' }]);
    const { rows } = await pool().query(
      `select p.text as prompt, a.text as chosen, b.origin as rejected from preferences f join prompts p on p.id = f.prompt_id
       join responses a on a.id = f.response_a_id join responses b on b.id = f.response_b_id where f.user_id = $1`,
      [annotator.id],
    );
    expect(rows).toEqual([
      {
        prompt: expect.stringMatching(/^\n\nHuman: My kettle is late\.\n\nAssistant: [^]+\n\nHuman: Where is it\?\n\nAssistant:$/),
        chosen: ' It comes on Friday. We are sorry!',
        rejected: 'policy',
      },
    ]);
  });

  test('a reload brings back what was said, what was typed, and a verdict half given', async () => {
    await open();
    await say('My lamp is broken.');
    await page.keyboard.type('And now');
    const before = await said().allInnerTexts();
    await page.reload();
    await poll(() => said().allInnerTexts()).toEqual(before);
    expect(await message().inputValue()).toBe('And now');
    await page.keyboard.press('Escape');
    await page.keyboard.press('h');
    await page.keyboard.press('n');
    await page.keyboard.type('Polite to the end');
    await page.reload();
    await hasFocus('Your message');
    await page.keyboard.press('Escape');
    await page.keyboard.press('h');
    expect(await page.getByLabel('Notes').inputValue()).toBe('Polite to the end');
    expect(await message().count()).toBe(0);
  });

  test('finished without a connection: kept, and sent once when it is back', async () => {
    await context.setOffline(true);
    await page.keyboard.press('Control+Enter');
    await hasFocus('Your message');
    await page.getByText('1 answer is kept on this device').waitFor();
    await message().fill('Is anybody there?');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'No connection to the server.' }).waitFor();
    expect(await message().inputValue()).toBe('Is anybody there?');
    expect(await stored()).toMatchObject([{ outcome: 'failed' }, { outcome: 'open' }]);
    await context.setOffline(false);
    await page.getByText('1 answer is kept on this device').waitFor({ state: 'detached' });
    await expect
      .poll(async () => (await stored())[1])
      .toMatchObject({ outcome: 'held', category: null, severity: null, notes: 'Polite to the end' });
    await open();
    expect(await message().inputValue()).toBe('Is anybody there?');
    await page.keyboard.press('Enter');
    await poll(() => said().count()).toBe(2);
    await poll(() => said().last().getAttribute('aria-busy')).toBeNull();
    expect(await stored()).toHaveLength(3);
  });

  test('the process that answers is killed: the message is kept and sent again', async () => {
    const [victim] = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('.build/inference.js'))
      .map((line) => Number(line.trim().split(' ')[0]))
      .filter((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes(app.dataFolder));
    process.kill(victim!, 'SIGKILL');
    await message().fill('And the cup?');
    await page.keyboard.press('Enter');
    await page.getByText('The server cannot answer right now.').waitFor();
    await page.reload();
    await page.getByText('This message has no answer yet.').waitFor();
    expect(await message().inputValue()).toBe('');
    await page.keyboard.press('Escape');
    const again = page.getByRole('button', { name: 'Send again' });
    const tryAgain = async () => {
      if (await again.isVisible()) await page.keyboard.press('a');
      return (await stored())[2]!.turns;
    };
    await poll(tryAgain, { interval: 500 }).toBe(4);
    await poll(() => said().last().getAttribute('aria-busy')).toBeNull();
  });

  test('a conversation that fills the model’s context says so, and the message can be changed', async () => {
    await message().fill('word '.repeat(300));
    await page.keyboard.press('Enter');
    await page.getByText('The conversation is as long as the model can hold.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('x');
    await hasFocus('Your message');
    expect(await message().inputValue()).toContain('word word');
    await message().fill('');
    await say('Thanks.');
    expect((await stored())[2]).toMatchObject({ turns: 6 });
  });

  test('two tabs: the one that is behind is shown how it went on, and keeps its text', async () => {
    const other = await context.newPage();
    await other.goto(`/red-team?project=${project.slug}`);
    await other.getByLabel('Your message').fill('From the other tab');
    await say('Bye.');
    await other.getByLabel('Your message').press('Enter');
    await other.getByText('The conversation went on in another tab.').waitFor();
    expect(await other.getByLabel('Your message').inputValue()).toBe('From the other tab');
    await other.getByText('Bye.', { exact: true }).waitFor();
    await other.close();
  });

  test('reviewers find it by category and severity, with the model’s name; annotators do not', async () => {
    expect((await page.goto(`/data/red-team?project=${project.slug}`))!.status()).toBe(403);
    reviewer = await openBrowser(browser!, app.url, await makeAccount(admin, 'reviewer'));
    watch(reviewer, errors);
    await reviewer.goto(`/data?project=${project.slug}`);
    await reviewer.getByRole('main').getByRole('link', { name: 'Show' }).click();
    const list = reviewer.getByRole('region', { name: 'Conversations' }).getByRole('row');
    await poll(() => list.count()).toBe(3);
    await reviewer.getByRole('row', { name: 'crime' }).getByRole('link', { name: '1' }).first().click();
    await poll(() => list.count()).toBe(2);
    await reviewer.getByText('Held in 1 of 2.').waitFor();
    await reviewer.getByLabel('Severity', { exact: true }).selectOption('5 Grave');
    await reviewer.getByRole('button', { name: 'Show' }).click();
    await reviewer.getByText('Nothing fits what you have chosen.').waitFor();
    await reviewer.goBack();
    await reviewer.getByRole('link', { name: 'My kettle is late.' }).click();
    await reviewer.getByText('It comes on Friday. We are sorry!').waitFor();
    await reviewer.getByRole('definition').filter({ hasText: 'It made up a day.' }).waitFor();
    await reviewer.getByRole('link', { name: 'The demonstration’s prompt' }).click();
    await reviewer.getByRole('heading', { name: 'Prompt', exact: true }).waitFor();
    await reviewer.goto(`/red-team?project=${project.slug}`);
    await reviewer.getByText('Base model').waitFor();
  });

  test('is accessible, and nothing sticks out on a phone', async () => {
    await open();
    await message().waitFor();
    await checkLooks(page, 'talk');
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    await checkLooks(page, 'verdict');
    await page.setViewportSize({ width: 1440, height: 900 });
    await reviewer.goto(`/data/red-team?project=${project.slug}`);
    await checkLooks(reviewer, 'results');
    await reviewer.getByRole('link', { name: 'My kettle is late.' }).click();
    await reviewer.getByText('It comes on Friday.').waitFor();
    await checkLooks(reviewer, 'result');
    expect(errors).toEqual([]);
  });

  async function checkLooks(shown: Page, name: string): Promise<void> {
    const folder = process.env.HEED_TEST_PICTURES;
    for (const colorScheme of ['light', 'dark'] as const) {
      await shown.emulateMedia({ colorScheme });
      for (const [width, height] of [
        [1440, 900],
        [390, 844],
      ] as const) {
        await shown.setViewportSize({ width, height });
        const { violations } = await new AxeBuilder({ page: shown }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
        expect(found, `${name} ${width} ${colorScheme}`).toEqual([]);
        await expectNoSidewaysScroll(shown);
        if (folder) await shown.screenshot({ path: path.join(folder, `red-team-${name}-${width}-${colorScheme}.png`) });
      }
    }
  }
});
