/** Ratings in a real browser, by keyboard alone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db, pool } from '@/db/client';
import { insertRateTasks } from '@/db/queries/tasks';
import { insertSamples } from '@/db/queries/responses';
import type { Actor } from '@/lib/auth/actor';
import { makeAccount, openBrowser, press, watch } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePerson, makeProject, makeRateTasks } from '../support/factory';
import { startOwnApp } from '../support/own-app';
import { expectAccessible, expectNoSidewaysScroll } from '../support/page-checks';
import { hostileTexts } from '../support/texts';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('rating', () => {
  let app: App;
  let annotator: Actor;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    app = await startOwnApp();
    annotator = await makeAccount(await makePerson('admin'));
    page = await openBrowser(browser!, app.url, annotator);
    watch(page, errors);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function open(count: number): Promise<string> {
    const project = await makeProject({ aspects: ['helpful', 'on topic'], safetyCategories: ['violence', 'crime'], ratePoints: 7 });
    await makeRateTasks(project.id, count);
    await page.goto(`/rate?project=${project.slug}`);
    await page.getByRole('region', { name: 'Your judgement' }).waitFor();
    return project.id;
  }

  test('by keyboard alone: digits grade and go on, then safe or unsafe with its categories; Enter submits', async () => {
    const projectId = await open(3);
    let prompt = await promptText(page);
    const next = async () => {
      await expect.poll(() => promptText(page)).not.toBe(prompt);
      prompt = await promptText(page);
    };
    await press(page, '6', '7', 'y', 'Enter');
    await next();
    await press(page, '1', '2', 'u', '2', 'r');
    await page.keyboard.type('Says how to pick the lock');
    await page.keyboard.press('Escape');
    await press(page, 'Enter');
    await next();
    // Back to the first row, to grade it anew.
    await press(page, '1', '3', 'k', 'k', '5', 'j', '1', 'Enter');
    await page.getByText('No responses to rate right now').waitFor();
    const empty = { safety_categories: [], reason: '', scale_points: 7 };
    await expect
      .poll(() => ratings(projectId), { timeout: 15_000 })
      .toEqual([
        { ...empty, aspects: { helpful: 6, 'on topic': 7 }, is_safe: true },
        {
          ...empty,
          aspects: { helpful: 1, 'on topic': 2 },
          is_safe: false,
          safety_categories: ['crime'],
          reason: 'Says how to pick the lock',
        },
        { ...empty, aspects: { helpful: 5, 'on topic': 3 }, is_safe: true },
      ]);
  });

  test('says what is missing and marks it; the last one taken back comes with its grades', async () => {
    const projectId = await open(2);
    const prompt = await promptText(page);
    await press(page, '3', 'Enter');
    await page.getByText('Still missing: on topic, whether it is safe.').waitFor();
    await press(page, '4', 'y', 'Enter');
    await expect.poll(() => promptText(page)).not.toBe(prompt);
    await press(page, 'z');
    await expect.poll(() => promptText(page)).toBe(prompt);
    expect(await page.getByRole('radio', { checked: true }).allInnerTexts()).toEqual(['3', '4', expect.stringContaining('Safe')]);
    await press(page, 'u', '1', 'Enter');
    await expect.poll(() => promptText(page)).not.toBe(prompt);
    await press(page, 's');
    await page.getByText('No responses to rate right now').waitFor();
    await expect.poll(() => ratings(projectId), { timeout: 15_000 }).toMatchObject([{ is_safe: false, safety_categories: ['violence'] }]);
  });

  test('arrow keys choose within the row that has the focus, as in any group of radio buttons', async () => {
    await open(1);
    await press(page, 'j', 'k');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('radiogroup', { name: 'helpful' }).getByRole('radio', { checked: true }).innerText()).toBe('3');
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByRole('radiogroup', { name: 'helpful' }).getByRole('radio', { checked: true }).innerText()).toBe('2');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('2');
  });

  test('goes on without a connection, and the rating arrives when it is back', async () => {
    const projectId = await open(2);
    const prompt = await promptText(page);
    await page.waitForTimeout(500);
    await page.context().setOffline(true);
    await press(page, '3', '4', 'y', 'Enter');
    await expect.poll(() => promptText(page)).not.toBe(prompt);
    await page.getByText('1 answer is kept on this device').waitFor();
    await page.context().setOffline(false);
    await expect.poll(() => ratings(projectId), { timeout: 30_000 }).toHaveLength(1);
  });

  test('texts of any kind break nothing, wide or on a phone', async () => {
    const { id, slug } = await makeProject({ heldOutFraction: 0, aspects: ['a'.repeat(40), 'b'], ratePoints: 9 }, ['Say something.']);
    await addRatings(id, Object.values(hostileTexts));
    await page.goto(`/rate?project=${slug}`);
    for (const _ of Object.keys(hostileTexts)) {
      await page.getByRole('region', { name: 'Your judgement' }).waitFor();
      const text = await page.getByRole('region', { name: 'Response', exact: true }).innerText();
      for (const viewport of [
        { width: 390, height: 844 },
        { width: 1440, height: 900 },
      ]) {
        await page.setViewportSize(viewport);
        await expectNoSidewaysScroll(page, `${text.slice(0, 40)} at ${viewport.width}`);
      }
      expect(await page.title()).not.toContain('taken over');
      await press(page, 's');
      await expect.poll(() => page.getByRole('region', { name: 'Response', exact: true }).allInnerTexts()).not.toEqual([text]);
    }
  });

  test('finds no serious accessibility problem, with categories open, wide or on a phone', async () => {
    await open(1);
    await press(page, '3', '4', 'u', '2');
    for (const viewport of [
      { width: 390, height: 844 },
      { width: 1440, height: 900 },
    ]) {
      await page.setViewportSize(viewport);
      await expectAccessible(page, `a rating at ${viewport.width}`);
    }
  });

  test('and the browser had nothing to complain about', () => expect(errors).toEqual([]));
});

const promptText = (page: Page) => page.getByRole('region', { name: 'Prompt', exact: true }).innerText();

async function ratings(projectId: string): Promise<object[]> {
  const { rows } = await pool().query(
    'select aspects, is_safe, safety_categories, reason, scale_points from ratings where project_id = $1 order by created_at',
    [projectId],
  );
  return rows;
}

/** One rating of each text, on the project's prompt. */
async function addRatings(projectId: string, texts: string[]): Promise<void> {
  const prompt = (await pool().query<{ id: string }>('select id from prompts where project_id = $1', [projectId])).rows[0]!;
  await insertSamples(
    db(),
    texts.map((text) => ({ projectId, promptId: prompt.id, text })),
  );
  const { rows } = await pool().query<{ id: string }>('select id from responses where project_id = $1', [projectId]);
  await insertRateTasks(
    db(),
    { projectId, roundId: null, priority: 0 },
    rows.map(({ id }) => ({ promptId: prompt.id, responseId: id, overlap: 1 })),
  );
}
