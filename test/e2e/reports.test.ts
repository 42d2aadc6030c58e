/** The pages about labels in a real browser: filter, sort, plots, CSV; reviewers see everybody, annotators themselves. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { startOwnApp } from '../support/own-app';
import { checkPage } from '../support/page-checks';
import { fillWithSampleProject } from '../support/sample-project';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('the pages about labels', () => {
  let app: App;
  let page: Page;

  beforeAll(async () => {
    app = await startOwnApp({ before: fillWithSampleProject });
    page = await signedIn('alan@example.org');
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const signedIn = (email: string) => openBrowser(browser!, app.url, { email });
  const column = (table: string, index: number) =>
    page.getByRole('region', { name: table }).locator(`tbody tr td:nth-child(${index})`).allTextContents();
  const csvOf = async (link: string) => {
    const address = await page.getByRole('link', { name: link }).getAttribute('href');
    const answer = await page.request.get(address!);
    expect(answer.headers()['content-type']).toBe('text/csv; charset=utf-8');
    return (await answer.text()).trim().split('\r\n');
  };

  test('agreement: figures, over time, and of pairs of people, sorted by keyboard and as CSV', async () => {
    await page.goto('/agreement');
    await page.getByText(/^\d+ judgements by 5 people\./).waitFor();
    await page.getByRole('img', { name: /^Agreement in \d+ windows of time/ }).waitFor();
    await page.getByRole('region', { name: 'Pairs of people' }).getByRole('button', { name: 'Items' }).focus();
    await page.keyboard.press('Enter');
    const items = (await column('Pairs of people', 3)).map(Number);
    expect(items).toEqual(items.toSorted((a, b) => b - a));
    await page.keyboard.press('Enter');
    expect(
      await page.getByRole('region', { name: 'Pairs of people' }).getByRole('columnheader', { name: 'Items' }).getAttribute('aria-sort'),
    ).toBe('ascending');
    expect((await column('Pairs of people', 3)).map(Number)).toEqual(items.toSorted((a, b) => a - b));
    expect(await csvOf('Pairs of people as CSV')).toHaveLength(items.length + 1);
    const windows = page.getByRole('region', { name: 'Over time' }).getByRole('row');
    expect(await csvOf('Over time as CSV')).toHaveLength(await windows.count());
    await checkPage(page, page.url());

    await page.getByLabel('Judged').selectOption('aspect:helpful');
    await page.getByLabel('Names').selectOption('hidden');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText(/^\d+ judgements by 3 people\./).waitFor();
    expect((await column('Pairs of people', 1)).every((name) => /^Annotator \d+$/.test(name))).toBe(true);
    await page.getByLabel('Task').selectOption('rate');
    await page.getByRole('button', { name: 'Show' }).click();
    // One person alone has rated: there is nobody to agree with.
    await page
      .getByText(/only one rater/)
      .first()
      .waitFor();
  });

  test('annotators: who is quick, who takes the left side, and what the reliability rests on', async () => {
    await page.goto('/annotators');
    const table = page.getByRole('region', { name: 'Figures of each person' });
    expect(await table.getByRole('row', { name: /Katherine Johnson/ }).textContent()).toContain('quick');
    expect(await table.getByRole('row', { name: /Dorothy Vaughan/ }).textContent()).toContain('!');
    await page.getByText(/Dawid and Skene’s model \(1979\) settled after/).waitFor();
    expect(await csvOf('Figures of each person as CSV')).toHaveLength(6);
    await checkPage(page, page.url());
  });

  test('leaderboard: strengths, win rates, style', async () => {
    await page.goto('/leaderboard');
    const names = await column('Strengths', 2);
    expect(names.toSorted()).toEqual(['Base model', 'Policy, round 1']);
    expect(await csvOf('Strengths as CSV')).toHaveLength(3);
    expect(await csvOf('Win rates as CSV')).toHaveLength(3);
    const rates = page.getByRole('region', { name: 'Win rates' });
    await rates.getByRole('button', { name: 'Base model' }).click();
    expect(await rates.getByRole('rowheader').allTextContents()).toEqual(['Policy, round 1', 'Base model']);
    await page.getByText('Elo ratings', { exact: true }).click();
    expect(await csvOf('Elo ratings as CSV')).toHaveLength(3);
    await checkPage(page, page.url());
    await page.getByLabel('Style').selectOption('controlled');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/style=controlled/);
    await page.getByText(/Fisher information|Can’t be computed, because/).waitFor();
    await page.goto('/leaderboard?ties=nonsense');
    await page.getByRole('heading', { name: 'Strengths' }).waitFor();
  });

  test('checks: whoever is measured and whoever is paused, sorted and as CSV', async () => {
    await page.goto('/quality');
    for (const table of ['Pairs with a known answer', 'People', 'Warned and paused']) {
      const rows = page.getByRole('region', { name: table }).getByRole('row');
      expect(await csvOf(`${table} as CSV`), table).toHaveLength(await rows.count());
    }
    const people = page.getByRole('region', { name: 'People' });
    await people.getByRole('button', { name: 'Person' }).click();
    const names = await column('People', 1);
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b)));
  });

  test('an annotator sees their own figures, and no others', async () => {
    page = await signedIn('grace@example.org');
    await page.goto('/my-work');
    await page.getByRole('link', { name: 'My figures' }).click();
    await page.getByText('Same verdict as others on the same items').waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/Katherine|Dorothy|Mary/);
    await checkPage(page, page.url());
    await page.goto('/agreement');
    await page.getByText('This page is not for your role').waitFor();
    expect((await page.request.get('/api/v1/projects/demo/reports/annotators')).status()).toBe(403);
  });
});
