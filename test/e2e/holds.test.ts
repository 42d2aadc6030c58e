/** Gold among the work, in a real browser and by keyboard: what was meant is told, over a reload too; who misses too much is paused, and a reviewer decides. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { addKnownAnswer } from '@/lib/quality/known-answers';
import { makeAccount, openBrowser, press } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePairs, makePerson, makeProject, readTasks } from '../support/factory';
import { prefer } from '../support/judgements';
import { startOwnApp } from '../support/own-app';
import { checkPage, expectAccessible } from '../support/page-checks';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('checks among the work', () => {
  let app: App;
  let reviewer: Actor;
  let annotator: Actor;
  let studio: Page;
  let page: Page;

  beforeAll(async () => {
    app = await startOwnApp();
    const admin = await makePerson('admin');
    [reviewer, annotator] = [await makeAccount(admin, 'reviewer'), await makeAccount(admin)];
    [studio, page] = [await openBrowser(browser!, app.url, reviewer), await openBrowser(browser!, app.url, annotator)];
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** Of every two comparisons one is gold, in which “first …” is expected. */
  async function withGold(settings: object): Promise<{ id: string; slug: string }> {
    const project = await makeProject({ goldShare: 0.5, ...settings });
    await makePairs(project.id, 4);
    const { rows } = await pool().query(
      `update tasks set state = 'withdrawn' where project_id = $1 returning response_a_id as "responseAId", response_b_id as "responseBId"`,
      [project.id],
    );
    const explanation = 'The guidelines ask for the **first** one.';
    for (const pair of rows) await addKnownAnswer(reviewer, { ...pair, purpose: 'gold', expected: 'a', explanation });
    await makePairs(project.id, 12);
    return project;
  }

  const responseA = () => page.getByRole('region', { name: 'Response A', exact: true });

  /** Chooses the response that begins with “first”, or the other one; the whole way to that side. Returns what was shown. */
  async function choose(isRight: boolean): Promise<string> {
    const shown = await responseA().innerText();
    await press(page, /\bfirst\b/.test(shown) === isRight ? '1' : '7');
    await expect.poll(async () => (await responseA().count()) === 0 || (await responseA().innerText()) !== shown).toBe(true);
    return shown;
  }

  const missed = () => page.getByRole('dialog', { name: 'This one was meant otherwise' });

  async function missOnce(): Promise<string> {
    for (;;) {
      const shown = await choose(false);
      const { rows } = await pool().query(
        `select t.purpose from leases l join tasks t on t.id = l.task_id join responses r on r.id in (t.response_a_id, t.response_b_id)
         where l.user_id = $1 and $2 like '%' || r.text || '%' limit 1`,
        [annotator.id, shown],
      );
      if (rows[0]?.purpose === 'gold') return shown;
    }
  }

  test('a gold pair looks like any other; a miss is told with the pair, until it is read', async () => {
    const project = await withGold({});
    await page.goto(`/compare?project=${project.slug}`);
    await responseA().waitFor();
    const shown = await missOnce();
    await missed().getByText('The guidelines ask for the first one.').waitFor({ timeout: 20_000 });
    expect(await missed().innerText()).toContain(shown.trim().split('\n').at(-1));
    await expectAccessible(page, 'what was meant');
    // A key that would answer the pair behind it does nothing, nor does Escape.
    const behind = await page.getByRole('region', { name: 'Response A', exact: true, includeHidden: true }).first().innerText();
    await page.keyboard.press('Escape');
    await page.keyboard.press('4');
    await missed().waitFor();
    await page.keyboard.press('Enter');
    await missed().waitFor({ state: 'detached' });
    expect(await responseA().innerText()).toBe(behind);
    // Told once.
    await page.reload();
    await responseA().waitFor();
    expect(await missed().count()).toBe(0);
  });

  test('is told after a reload, when the answer was still on its way, and again until it is read', async () => {
    const project = await withGold({});
    await page.goto(`/compare?project=${project.slug}`);
    await responseA().waitFor();
    await missOnce();
    await page.reload();
    await missed().getByText('Expected was').waitFor();
    await page.reload();
    await missed().getByText('The guidelines ask for the first one.').waitFor();
    await page.keyboard.press('Enter');
    await missed().waitFor({ state: 'detached' });
    await responseA().waitFor();
  });

  test('who misses too many is paused and reads why; a reviewer sees it and lets them go on', async () => {
    const project = await withGold({ goldPauseShare: 0.5, goldPauseLast: 4, goldPauseMin: 2 });
    await page.goto(`/compare?project=${project.slug}`);
    await responseA().waitFor();
    for (let misses = 0; misses < 2; misses++) {
      await missOnce();
      await missed().waitFor({ timeout: 20_000 });
      await page.keyboard.press('Enter');
      await missed().waitFor({ state: 'detached' });
    }
    await page.reload();
    await page.getByRole('heading', { name: 'Paused' }).waitFor();
    await page.getByText('Of the last 2 pairs with a known answer, 0 were answered as expected; at least 50% are asked for.').waitFor();
    await expectAccessible(page, 'paused');

    await studio.goto(`/quality?project=${project.slug}`);
    const row = studio.getByRole('row').filter({ hasText: 'Of the last 2 pairs' });
    expect(await row.innerText()).toContain(annotator.name);
    await checkPage(studio, 'people who are paused');
    await row.getByRole('button', { name: 'Let go on' }).click();
    await studio.getByRole('dialog').getByRole('button', { name: 'Let go on' }).click();
    await studio.getByText(`let go on by ${reviewer.name}`).waitFor();
    // The page looks again by itself.
    await responseA().waitFor({ timeout: 40_000 });
  });

  test('a reviewer pauses somebody by hand, who reads the reason', async () => {
    const project = await makeProject();
    await makePairs(project.id, 3);
    await page.goto(`/compare?project=${project.slug}`);
    await responseA().waitFor();
    await studio.goto(`/quality?project=${project.slug}`);
    await studio.getByRole('row').filter({ hasText: annotator.name }).getByRole('button', { name: 'Pause' }).click();
    await studio.getByLabel('Reason').fill('Please read the guidelines again; write to me then.');
    await checkPage(studio, 'a pause by hand');
    await studio.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await studio.getByRole('cell', { name: 'Please read the guidelines again' }).waitFor();
    expect((await readTasks(project.id)).every(({ leased }) => leased === 0)).toBe(true);
    // What was on the screen can still be answered, and is taken.
    await choose(true);
    await page.getByRole('heading', { name: 'Paused' }).waitFor({ timeout: 20_000 });
    await page.getByText('A reviewer’s reason: Please read the guidelines again; write to me then.').waitFor();
    await expect
      .poll(async () => (await readTasks(project.id)).reduce((sum, { answered }) => sum + answered, 0), { timeout: 20_000 })
      .toBe(1);
  });

  test('who is too fast is told so, calmly, above the task', async () => {
    const project = await makeProject({ speedRule: 'pause', speedLast: 5, speedSecondsPerThousand: 0 });
    const tasks = await makePairs(project.id, 20, 2);
    const other = await makePerson();
    for (const taskId of tasks.slice(0, 5)) await prefer({ rater: other.id, taskId, grade: 1, secondsOnTask: 60 });
    await page.goto(`/compare?project=${project.slug}`);
    await responseA().waitFor();
    for (let i = 0; i < 7; i++) await choose(true);
    await page.getByText('Please take more time for each task.').waitFor({ timeout: 20_000 });
    await page.getByText('Others take 60 s; at least 15 s are expected.').waitFor();
    await expectAccessible(page, 'a warning');
  });
});
