/** My work, in a real browser and by keyboard: find an answer again, see it as it was, change it, see both versions. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { claimTask } from '@/lib/tasks/claim-task';
import { submitDemonstration } from '@/lib/tasks/submit-demonstration';
import { submitPreference } from '@/lib/tasks/submit-preference';
import { submitRanking } from '@/lib/tasks/submit-ranking';
import { submitRating } from '@/lib/tasks/submit-rating';
import { makeAccount, openBrowser } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePairs, makePerson, makeProject, makeRankTasks, makeRateTasks } from '../support/factory';
import { startOwnApp } from '../support/own-app';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('my work', () => {
  let app: App;
  let ada: Actor;
  let project: { id: string; slug: string };
  let page: Page;
  let left: string;

  beforeAll(async () => {
    app = await startOwnApp();
    ada = await makeAccount(await makePerson('admin'));
    project = await makeProject({ heldOutFraction: 0, aspects: ['kind', 'right'] }, ['Where is my parcel?']);
    await makePairs(project.id, 60);
    await makeRankTasks(project.id, 1, 3);
    await makeRateTasks(project.id, 1);
    const claim = async (kind: 'compare' | 'demonstrate' | 'rank' | 'rate') => (await claimTask(ada, { projectId: project.id, kind }))!;
    const first = await claim('compare');
    left = first.compare!.left.text;
    const answerTo = (lease: { id: string }) => ({ leaseId: lease.id, idempotencyKey: lease.id });
    await submitPreference(ada, { ...answerTo(first.lease), grade: 3, reason: 'It names the parcel' });
    for (let i = 0; i < 55; i++) await submitPreference(ada, { ...answerTo((await claim('compare')).lease), grade: 0 });
    await submitDemonstration(ada, { ...answerTo((await claim('demonstrate')).lease), text: 'It is on its way.' });
    await submitRanking(ada, { ...answerTo((await claim('rank')).lease), ranks: [1, 2, 3] });
    await submitRating(ada, { ...answerTo((await claim('rate')).lease), aspects: { kind: 5, right: 2 } });
    page = await openBrowser(browser!, app.url, ada);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  test('an answer is found, opened and changed by keyboard alone; both versions stay', async () => {
    await page.goto(`/my-work?project=${project.slug}`);
    await page.getByRole('row', { name: 'Comparisons 56 56 56' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('names the PARCEL');
    await page.keyboard.press('Enter');
    await page.waitForURL(/search=/);
    await expect.poll(() => page.getByRole('listitem').filter({ hasText: 'It names the parcel' }).count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Comparison' }).waitFor();
    expect(await page.getByRole('region', { name: 'Response A' }).innerText()).toContain(left);

    const chosen = page.getByRole('radio', { name: 'A much better' });
    await chosen.focus();
    expect(await chosen.isChecked()).toBe(true);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('textbox', { name: 'Reason (optional)' }).focus();
    await page.keyboard.type(', on second thoughts');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Changed. The old version is kept.').waitFor();
    await page.getByText('Version 2').waitFor();
    expect(await page.getByRole('button', { name: 'Save the change' }).evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await page.getByRole('region', { name: 'Your answer' }).getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/Version 2[\s\S]*counts now[\s\S]*A better[\s\S]*on second thoughts/),
      expect.stringMatching(/Version 1[\s\S]*A much better/),
    ]);
    const { rows } = await pool().query('select grade, supersedes_id is null as is_first from preferences where reason <> $1 order by 2', [
      '',
    ]);
    expect(rows.map((row) => [Math.abs(row.grade), row.is_first])).toEqual([[2, false], [3, true]]); // prettier-ignore
  });

  test('the history goes on over pages', async () => {
    await page.goto(`/my-work?project=${project.slug}`);
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.waitForURL(/cursor=/);
    await page.getByRole('link', { name: 'First page' }).waitFor();
    await expect.poll(() => page.getByRole('main').getByRole('list').getByRole('link').count()).toBe(9);
  });

  test('every kind can be changed; a change given without a connection is kept and sent', async () => {
    const open = async (kind: string) => {
      await page.goto(`/my-work?project=${project.slug}`);
      await page.getByRole('listitem').filter({ hasText: kind }).first().getByRole('link').click();
      await page.getByRole('heading', { name: kind, level: 1 }).waitFor();
    };
    await open('Ranking');
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('You have not changed anything yet.').waitFor();
    await page.getByRole('group', { name: 'Response 3' }).getByText('1', { exact: true }).click();
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('Version 2').waitFor();
    await page.getByText('Response 3: Rank 1').waitFor();

    await open('Rating');
    await page.getByRole('group', { name: 'right' }).getByText('4', { exact: true }).click();
    await page.getByText('Unsafe', { exact: true }).click();
    await page.getByText('hate', { exact: true }).click();
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('Version 2').waitFor();
    await page.getByText('right: 4 of 5').waitFor();
    await page.getByText('Unsafe, hate').waitFor();

    await open('Demonstration');
    await page.getByRole('textbox', { name: 'Your response' }).fill('It arrives on Monday.');
    await page.getByText('4 words, 21 characters · Kept on this device until you save it').waitFor();
    await page.reload();
    await page.getByText('4 words, 21 characters · Kept on this device until you save it').waitFor();
    await page.getByRole('button', { name: /^Changes/ }).click();
    await page.getByText('Marked: what you have written.').waitFor();
    await page.getByRole('button', { name: /^Changes/ }).click();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('the change is kept on this device').waitFor();
    await page.context().setOffline(false);
    const texts = async () =>
      (await pool().query(`select r.text from demonstrations d join responses r on r.id = d.response_id order by d.created_at`)).rows.map(
        (row) => row.text,
      );
    await expect.poll(texts, { timeout: 40_000 }).toEqual(['It is on its way.', 'It arrives on Monday.']);
  });
});
