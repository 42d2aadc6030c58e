/** The entrance quiz in a real browser and by keyboard: told what was meant, kept out or let in; and the reviewers' page about it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { makeAccount, openBrowser, press } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePairs, makePerson, makeProject } from '../support/factory';
import { startOwnApp } from '../support/own-app';
import { checkPage, expectAccessible } from '../support/page-checks';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('the entrance quiz', () => {
  let app: App;
  let project: { id: string; slug: string };
  let reviewer: Actor;
  let studio: Page;
  let page: Page;

  beforeAll(async () => {
    app = await startOwnApp();
    project = await makeProject({ quizItems: 2, quizPassShare: 1 });
    await makePairs(project.id, 2);
    await pool().query(`update tasks set state = 'withdrawn' where project_id = $1`, [project.id]);
    const admin = await makePerson('admin');
    reviewer = await makeAccount(admin, 'reviewer');
    studio = await openBrowser(browser!, app.url, reviewer);
    page = await openBrowser(browser!, app.url, await makeAccount(admin));
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  /** Chooses the response that begins with “first”, or the other one; the whole way to that side. */
  async function choose(isRight: boolean): Promise<void> {
    const shown = await page.getByRole('region', { name: 'Response A', exact: true }).innerText();
    await press(page, /\bfirst\b/.test(shown) === isRight ? '1' : '7');
  }

  test('is made by a reviewer on a prompt’s page', async () => {
    const { rows } = await pool().query<{ id: string }>('select prompt_id as id from tasks where project_id = $1', [project.id]);
    for (const { id } of rows) {
      await studio.goto(`/prompts/${id}`);
      await studio.getByText('Known answer', { exact: true }).click();
      const options = await studio.getByLabel('Response A').locator('option').allInnerTexts();
      const [first, second] = ['first', 'second'].map((word) => options.findIndex((option) => option.includes(word)));
      await studio.getByLabel('Response A').selectOption({ index: first });
      await studio.getByLabel('Response B').selectOption({ index: second });
      await studio.getByLabel('Explanation').fill('The guidelines ask for the **first** one.');
      await studio.getByRole('button', { name: 'Add', exact: true }).click();
      await studio.getByText('Added.').waitFor();
    }
    await studio.goto(`/quality?project=${project.slug}`);
    await expect.poll(() => studio.getByRole('button', { name: 'Remove' }).count()).toBe(2);
    await checkPage(studio, 'known answers');
    await makePairs(project.id, 1);
  });

  test('tells what was meant, until it is read, and keeps out whoever did not pass', async () => {
    await page.goto(`/compare?project=${project.slug}`);
    await page.getByText('Quiz, pair 1 of 2').waitFor();
    await expectAccessible(page, 'a quiz pair');
    await choose(false);
    const dialog = page.getByRole('dialog', { name: 'This one was meant otherwise' });
    await dialog.getByText('The guidelines ask for the first one.').waitFor();
    await expectAccessible(page, 'what was meant');
    await page.keyboard.press('Escape');
    await page.keyboard.press('4');
    await dialog.waitFor();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Quiz, pair 2 of 2').waitFor();
    await choose(true);
    await page.getByText('You have answered 1 of the 2 quiz pairs as expected; 2 are needed').waitFor();
    await expectAccessible(page, 'not passed');
  });

  test('is overruled by a reviewer, and work begins', async () => {
    await studio.goto(`/quality?project=${project.slug}`);
    const row = studio.getByRole('row').filter({ hasText: '1 of 2' }).filter({ hasText: 'not passed' });
    await row.getByRole('button', { name: 'Let in' }).click();
    await studio.getByRole('dialog').getByRole('button', { name: 'Let in' }).click();
    await studio.getByText(`let in by ${reviewer.name}`).waitFor();
    await checkPage(studio, 'people and their quiz');
    await page.reload();
    await page.getByRole('region', { name: 'Response A', exact: true }).waitFor();
    expect(await page.getByText('Quiz, pair').count()).toBe(0);
  });
});
