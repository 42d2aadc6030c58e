/** An admin deletes people by keyboard: told before what will happen, and able to read afterwards what was affected; the deleted are out at once. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { makeAccount, openBrowser, press } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePairs, makePerson, makeProject } from '../support/factory';
import { startOwnApp } from '../support/own-app';
import { checkPage } from '../support/page-checks';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('deleting a person', () => {
  let app: App;
  let leaving: Actor;
  let studio: Page;
  let page: Page;

  beforeAll(async () => {
    app = await startOwnApp();
    const { id } = await makeProject();
    await makePairs(id, 3);
    const first = await makePerson('admin');
    leaving = await makeAccount(first);
    studio = await openBrowser(browser!, app.url, await makeAccount(first, 'admin'));
    page = await openBrowser(browser!, app.url, leaving);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  test('says what will happen, does it, and says what was affected', async () => {
    await page.goto('/compare');
    await page.getByRole('region', { name: 'Response B' }).waitFor();
    await press(page, '1');
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await expect.poll(async () => (await pool().query('select 1 from preferences')).rowCount, { timeout: 60_000 }).toBe(1);

    await studio.goto('/people');
    await studio.getByRole('link', { name: `Delete ${leaving.name}…` }).press('Enter');
    await studio.getByRole('heading', { name: `Delete ${leaving.name}` }).waitFor();
    await studio.getByText('No round was trained on labels of theirs.').waitFor();
    await checkPage(studio, 'before a person is deleted');
    await studio.getByRole('button', { name: 'Remove…' }).press('Enter');
    const dialog = studio.getByRole('dialog', { name: `Delete ${leaving.name} and all answers?` });
    await dialog.getByText('Tasks that are open again for others: 1.').waitFor();
    await studio.keyboard.press('Escape');
    expect((await pool().query('select 1 from preferences')).rowCount).toBe(1);
    await studio.getByRole('button', { name: 'Remove…' }).press('Enter');
    await dialog.getByRole('button', { name: 'Delete for good' }).press('Enter');

    await studio.getByRole('heading', { name: /^Annotator \d+, deleted$/ }).waitFor();
    await studio.getByText('Their answers: removed.').waitFor();
    await checkPage(studio, 'after a person was deleted');
    const [download] = await Promise.all([
      studio.waitForEvent('download'),
      studio.getByRole('link', { name: 'Download as JSON' }).press('Enter'),
    ]);
    expect(download.suggestedFilename()).toMatch(/^deletion-\d+\.json$/);
    expect((await pool().query('select 1 from preferences')).rowCount).toBe(0);

    await studio.goto('/people');
    await studio.getByRole('link', { name: /^What was affected: Annotator \d+$/ }).waitFor();
    expect(await studio.getByText(leaving.name).count()).toBe(0);
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
});
