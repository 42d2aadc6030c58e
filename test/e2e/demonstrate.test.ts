/** Writing responses in a real browser, by keyboard alone; and texts that outlive tabs, sessions, servers and leases. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { claimTask } from '@/lib/tasks/claim-task';
import { submitDemonstration } from '@/lib/tasks/submit-demonstration';
import { makeAccount, openBrowser, signIn, watch } from '../support/annotator';
import { launchBrowser } from '../support/browser';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { makePerson, makeProject } from '../support/factory';
import { expectAccessible, expectNoSidewaysScroll } from '../support/page-checks';
import { countRows, makeTextPrompts } from '../support/texts';
import { Web } from '../support/web';

const browser: Browser | null = await launchBrowser();
const conversation = '\n\nHuman: My lamp is broken.\n\nAssistant: Oh no.\n\nHuman: What now?\n\nAssistant:';
const prompts = [{ prompt: conversation, modelAnswer: ' We are **sorry**.' }];

describe.skipIf(!browser)('demonstrating', () => {
  let database: TestDatabase;
  let web: Web;
  let admin: Actor;
  const errors: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    web = await Web.start(database.url);
    admin = await makePerson('admin');
  });
  afterAll(async () => {
    await browser?.close();
    await web?.stop();
    await database?.drop();
  });

  const field = (page: Page) => page.getByRole('textbox', { name: 'Your response' });
  const text = (page: Page) => field(page).inputValue();

  /** A project with prompts, and somebody in front of the first. */
  async function open(texts: { prompt: string; modelAnswer?: string }[] = prompts) {
    const project = await makeProject({ heldOutFraction: 0 });
    await makeTextPrompts(project.id, texts);
    const actor = await makeAccount(admin);
    const page = await openBrowser(browser!, web.url, actor);
    watch(page, errors);
    await show(page, project);
    return { project, actor, page };
  }

  async function show(page: Page, { slug }: { slug: string }): Promise<void> {
    await page.goto(`/demonstrate?project=${slug}`);
    await field(page).waitFor();
    await expect.poll(() => field(page).evaluate((element) => document.activeElement === element)).toBe(true);
  }

  test('by keyboard alone: from the model’s answer, preview, changes, handed in, taken back, handed in', async () => {
    const { project, page } = await open();
    expect(await page.getByRole('region', { name: 'Prompt' }).getByRole('listitem').allInnerTexts()).toHaveLength(3);
    await page.keyboard.press('Control+Enter');
    await page.getByText('Write a response first').waitFor();
    await page.keyboard.type('Mine.');
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await expect.poll(() => text(page)).toBe('We are **sorry**.');
    await page.waitForTimeout(250);
    await page.keyboard.press('Control+Enter');
    await page.getByText('This is the model’s answer as it was.').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' A new one _leaves_ today.');
    await page.getByText('8 words').waitFor();
    await page.getByText('Draft saved').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('p');
    await page.locator('em', { hasText: 'leaves' }).waitFor();
    await page.keyboard.press('d');
    expect(await page.locator('mark').allInnerTexts()).toEqual(['A new one _leaves_ today.']);
    await expectAccessible(page, 'changes');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Start from the model’s answer, or back').waitFor();
    await page.keyboard.press('Escape');
    // Back and forth between the two texts.
    await page.keyboard.press('m');
    await expect.poll(() => text(page)).toBe('Mine.');
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await expect.poll(() => text(page)).toBe('We are **sorry**. A new one _leaves_ today.');
    await page.waitForTimeout(250);
    await page.keyboard.press('Control+Enter');
    await page.getByText('Edited response').waitFor();
    await page.keyboard.press('z');
    await expect.poll(() => text(page)).toBe('We are **sorry**. A new one _leaves_ today.');
    await page.waitForTimeout(250);
    await page.keyboard.press('Control+Enter');
    await page.getByText('Edited response: sent').waitFor();

    expect(await exported({ projectId: project.id, kind: 'demonstrations' })).toMatchObject([
      { prompt: conversation, completion: ' We are **sorry**. A new one _leaves_ today.' },
    ]);
    expect(await exported({ projectId: project.id, kind: 'comparisons' })).toMatchObject([
      { chosen: ' We are **sorry**. A new one _leaves_ today.', rejected: ' We are **sorry**.' },
    ]);
  });

  test('a draft is there again in another browser, with where it was started from', async () => {
    const { project, actor, page } = await open();
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await page.waitForTimeout(250);
    await page.keyboard.type(' Truly.');
    await page.getByText('Draft saved').waitFor();
    const elsewhere = await openBrowser(browser!, web.url, actor);
    await show(elsewhere, project);
    expect(await text(elsewhere)).toBe('We are **sorry**. Truly.');
    await elsewhere.getByText('Started from the model’s answer').waitFor();
    // Here and there at once: whoever saves second is shown both.
    await elsewhere.keyboard.type(' There.');
    await elsewhere.getByText('Draft saved').waitFor();
    await page.keyboard.type(' Here.');
    await page.getByText('There is another version of this response').waitFor();
    await page.getByRole('button', { name: 'Put both into the field' }).click();
    expect(await text(page)).toBe('We are **sorry**. Truly. Here.\n\nWe are **sorry**. Truly. There.');
    await page.getByText('Draft saved').waitFor();
  });

  test('two tabs of one browser without a connection: neither text is lost', async () => {
    const { project, page } = await open();
    const context = page.context();
    const second = await context.newPage();
    await show(second, project);
    await context.setOffline(true);
    await field(page).focus();
    await field(page).pressSequentially('from the first tab');
    await field(second).pressSequentially('from the second tab');
    await second.getByText('Draft kept on this device').waitFor();
    await second.close();
    await page.close();
    await context.setOffline(false);
    const again = await context.newPage();
    await show(again, project);
    expect(await text(again)).toBe('from the second tab');
    await again.getByRole('alert').getByText('from the first tab').waitFor();
    await again.getByRole('button', { name: 'Put both into the field' }).click();
    expect(await text(again)).toBe('from the second tab\n\nfrom the first tab');
    await again.getByText('Draft saved').waitFor();
    await again.reload();
    await expect.poll(() => text(again)).toBe('from the second tab\n\nfrom the first tab');
    expect(await again.getByRole('alert').filter({ hasText: 'another version' }).count()).toBe(0);
  });

  test('a session that ends meanwhile: the text stays, and is handed in once the person is back', async () => {
    const { project, actor, page } = await open();
    await page.context().clearCookies();
    await page.keyboard.type('Kept all along.');
    await page.getByText('You are signed out: draft kept on this device').waitFor();
    await signIn(page.context(), actor);
    await page.reload();
    await expect.poll(() => text(page)).toBe('Kept all along.');
    await page.getByText('Draft saved').waitFor();
    await page.context().clearCookies();
    await page.keyboard.press('Control+Enter');
    await page.getByText('You are signed out. 1 answer is kept on this device').waitFor({ timeout: 30_000 });
    await signIn(page.context(), actor);
    await page.reload();
    await expect.poll(() => countRows('demonstrations', project.id), { timeout: 60_000 }).toBe(1);
  });

  test('a server that is killed while it takes the response: once there, and not twice', async () => {
    const { project, page } = await open();
    await page.keyboard.type('Arrives once.');
    await page.route('**/demonstration', async (route) => {
      await route.fetch();
      await web.kill();
      await route.abort();
    });
    await page.waitForTimeout(250);
    await page.keyboard.press('Control+Enter');
    await page.getByText('1 answer is kept on this device').waitFor({ timeout: 30_000 });
    await page.unroute('**/demonstration');
    await web.start();
    await page.getByText('kept on this device').waitFor({ state: 'detached', timeout: 60_000 });
    expect(await countRows('demonstrations', project.id)).toBe(1);
  });

  test('somebody else was faster while it was written: the text is kept, and its writer is told', async () => {
    const { project, page } = await open([{ prompt: 'Where is my parcel?' }]);
    await page.keyboard.type('It is on its way.');
    await page.getByText('Draft saved').waitFor();
    const ofProject = 'task_id in (select id from tasks where project_id = $1)';
    await pool().query(`update leases set expires_at = now() - interval '1 minute' where ${ofProject}`, [project.id]);
    const other = await makeAccount(admin);
    const claim = await claimTask(other, { projectId: project.id, kind: 'demonstrate' });
    await submitDemonstration(other, { leaseId: claim!.lease.id, idempotencyKey: claim!.lease.id, text: 'It comes tomorrow.' });
    await page.keyboard.press('Control+Enter');
    await page.getByText('yours is kept and marked as late.').waitFor();
    await page.getByText('Your answer was: It is on its way.').waitFor();
    await expectAccessible(page, 'a late answer');
    const { rows } = await pool().query(`select state from leases where ${ofProject} order by state`, [project.id]);
    expect(rows.map(({ state }) => state)).toEqual(['submitted', 'late']);
  });

  test('100 kB are written, saved and handed in as they are', async () => {
    const { project, page } = await open([{ prompt: 'Write a lot.' }]);
    const long = `${'Wort 🐈 كلمة '.repeat(8000)}\u0007 <script>alert(1)</script>`;
    await field(page).fill(long);
    await page.getByText('Draft saved').waitFor();
    await page.reload({ waitUntil: 'networkidle' });
    await expect.poll(async () => (await text(page)) === long).toBe(true);
    await expectNoSidewaysScroll(page);
    await field(page).focus();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Response: sent').waitFor({ timeout: 30_000 });
    expect((await exported({ projectId: project.id, kind: 'demonstrations' }))[0]!.completion === long).toBe(true);
  });

  test('on a phone nothing is serious for axe, and nothing is wider than the page', async () => {
    const { page } = await open();
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page, 'phone');
    await expectNoSidewaysScroll(page);
  });

  test('and the browser had nothing to complain about', () => expect(errors).toEqual([]));
});
