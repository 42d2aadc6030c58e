/** Rankings in a real browser, by keyboard alone, by mouse and by finger. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db, pool } from '@/db/client';
import { insertRankTasks } from '@/db/queries/tasks';
import { insertSamples } from '@/db/queries/responses';
import type { Actor } from '@/lib/auth/actor';
import { makeAccount, openBrowser, press, watch } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePerson, makeProject, makeRankTasks } from '../support/factory';
import { startOwnApp } from '../support/own-app';
import { checkPage } from '../support/page-checks';
import { hostileTexts } from '../support/texts';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('ranking', () => {
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

  /** A project with this many rankings of `a …` to `d …`, its page open. */
  async function open(count: number, on = page): Promise<string> {
    const project = await makeProject();
    await makeRankTasks(project.id, count);
    await on.goto(`/rank?project=${project.slug}`);
    await cards(on).first().waitFor();
    return project.id;
  }

  test('by keyboard alone: every task put in the order meant, ties too, whatever order it was shown in', async () => {
    const projectId = await open(3);
    for (let i = 0; i < 3; i++) {
      const prompt = await promptText(page);
      await putInOrder(page);
      expect((await orderOf(page)).toSorted()).toEqual(['1 a', '2 b', '2 c', '3 d']);
      if (i === 1) {
        await press(page, 'r');
        await page.keyboard.type('b and c say the same');
        await page.keyboard.press('Enter');
      }
      await press(page, 'Enter');
      if (i < 2) await expect.poll(() => promptText(page)).not.toBe(prompt);
    }
    await page.getByText('No responses to rank right now').waitFor();
    await expect.poll(() => rankings(projectId), { timeout: 15_000 }).toHaveLength(3);
    const rows = await rankings(projectId);
    for (const row of rows) expect(row.ranks).toEqual([1, 2, 2, 3]);
    expect(rows.map((row) => row.reason)).toEqual(['', 'b and c say the same', '']);
    const { rows: pairs } = await pool().query('select count(*)::int as n from preferences where project_id = $1', [projectId]);
    expect(pairs).toEqual([{ n: 18 }]);
  });

  test('an order that nobody touched is asked about once', async () => {
    const projectId = await open(1);
    await press(page, 'Enter');
    await page.getByText('You have not moved anything yet.').waitFor();
    await press(page, 'Enter');
    await page.getByText('No responses to rank right now').waitFor();
    await expect.poll(async () => (await rankings(projectId)).length, { timeout: 15_000 }).toBe(1);
  });

  test('the last one taken back comes with its order; skipping and flagging by keyboard', async () => {
    const projectId = await open(3);
    const first = await promptText(page);
    await putInOrder(page);
    await press(page, 'Enter');
    await expect.poll(() => promptText(page)).not.toBe(first);
    await press(page, 'z');
    await expect.poll(() => promptText(page)).toBe(first);
    expect((await orderOf(page)).toSorted()).toEqual(['1 a', '2 b', '2 c', '3 d']);
    await press(page, 's');
    await expect.poll(() => promptText(page)).not.toBe(first);
    await press(page, 'f');
    await page.keyboard.type('Two are cut off');
    await page.keyboard.press('Enter');
    await page.getByText('Flagged').waitFor();
    await putInOrder(page);
    await press(page, 'Enter');
    await page.getByText('No responses to rank right now').waitFor();
    await expect.poll(async () => (await rankings(projectId)).length, { timeout: 15_000 }).toBe(1);
    const { rows } = await pool().query(
      'select s.is_flagged, s.reason from skips s join tasks t on t.id = s.task_id where t.project_id = $1 order by 1',
      [projectId],
    );
    expect(rows).toEqual([
      { is_flagged: false, reason: '' },
      { is_flagged: true, reason: 'Two are cut off' },
    ]);
  });

  test('a reload, or signing in again, loses nothing that was set', async () => {
    const projectId = await open(1);
    await putInOrder(page);
    await press(page, 'r');
    await page.keyboard.type('b and c say the same');
    await page.keyboard.press('Escape');
    await page.reload();
    await cards(page).first().waitFor();
    await expect.poll(async () => (await orderOf(page)).toSorted()).toEqual(['1 a', '2 b', '2 c', '3 d']);
    expect(await page.getByLabel('Reason for your judgement').inputValue()).toBe('b and c say the same');
    await press(page, 'Enter');
    await page.getByText('No responses to rank right now').waitFor();
    await expect
      .poll(() => rankings(projectId), { timeout: 15_000 })
      .toMatchObject([{ ranks: [1, 2, 2, 3], reason: 'b and c say the same' }]);
  });

  test('arrow keys on the focused card: alone they go on, with Shift they move it, and the focus stays with it', async () => {
    await open(1);
    const [first, second] = (await orderOf(page)).map((line) => line.slice(2));
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await focusedLetter(page)).toBe(first);
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(async () => (await orderOf(page)).slice(0, 2)).toEqual([`1 ${second}`, `2 ${first}`]);
    expect(await focusedLetter(page)).toBe(first);
    await page.keyboard.press('ArrowUp');
    expect(await focusedLetter(page)).toBe(second);
    await page.getByRole('status').filter({ hasText: 'Response A, place 2 of 4' }).waitFor({ state: 'attached' });
  });

  test('with the mouse: dragged by its handle, tied by its button', async () => {
    await open(1);
    const before = (await orderOf(page)).map((line) => line.slice(2));
    await drag(page, 3, 0);
    await expect.poll(() => orderOf(page)).toEqual([before[3], before[0], before[1], before[2]].map((letter, i) => `${i + 1} ${letter}`));
    await cards(page)
      .nth(1)
      .getByRole('button', { name: /^Tie . with the one above$/ })
      .click();
    expect(ranksIn(await orderOf(page)).toSorted()).toEqual([1, 1, 2, 3]);
    await drag(page, 0, 3);
    expect(ranksIn(await orderOf(page))).toEqual([1, 2, 3, 4]);
  });

  test('with a finger on a phone', async () => {
    const phone = await openBrowser(browser!, app.url, annotator, {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    watch(phone, errors);
    await open(1, phone);
    const before = (await orderOf(phone)).map((line) => line.slice(2));
    const touch = await phone.context().newCDPSession(phone);
    const from = await handle(phone, 1);
    const to = await cards(phone).nth(0).boundingBox();
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x: from.x, y }] });
    await send('touchStart', from.y);
    for (let step = 1; step <= 8; step++) await send('touchMove', from.y + ((to!.y - from.y) * step) / 8);
    await send('touchEnd');
    await expect.poll(async () => (await orderOf(phone))[0]).toBe(`1 ${before[1]}`);
    await checkPage(phone, 'a ranking on a phone');
    await phone.context().close();
  });

  test('goes on without a connection, and the ranking arrives when it is back', async () => {
    const projectId = await open(2);
    const prompt = await promptText(page);
    await page.waitForTimeout(500);
    await page.context().setOffline(true);
    await putInOrder(page);
    await press(page, 'Enter');
    await expect.poll(() => promptText(page)).not.toBe(prompt);
    await page.getByText('1 answer is kept on this device').waitFor();
    expect(await rankings(projectId)).toEqual([]);
    await page.context().setOffline(false);
    await expect.poll(() => rankings(projectId), { timeout: 30_000 }).toMatchObject([{ ranks: [1, 2, 2, 3] }]);
  });

  test('texts of any kind stay within their cards; a long one is shown whole on demand', async () => {
    const { id, slug } = await makeProject({ heldOutFraction: 0 }, ['Say something.']);
    await addRanking(id, Object.values(hostileTexts));
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(viewport);
      await page.goto(`/rank?project=${slug}`);
      await cards(page).first().waitFor();
      expect(await cards(page).count()).toBe(7);
      await page.getByText('The response is empty.').waitFor();
      await checkPage(page, `hostile texts at ${viewport.width}`);
      expect(await page.title()).not.toContain('taken over');
      const long = cards(page).filter({ hasText: 'goes on and on' });
      const short = (await long.boundingBox())!.height;
      await long.getByRole('button', { name: 'Show all of it' }).click();
      await expect.poll(async () => (await long.boundingBox())!.height).toBeGreaterThan(10 * short);
      await long.getByRole('button', { name: 'Show less' }).click();
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('and the browser had nothing to complain about', () => expect(errors).toEqual([]));
});

const cards = (page: Page) => page.getByRole('list', { name: 'Your order, the best first' }).getByRole('listitem');
const promptText = (page: Page) => page.getByRole('region', { name: 'Prompt', exact: true }).innerText();

/** `1 a`, `2 c` …: place and first letter of each text, from the top. */
async function orderOf(page: Page): Promise<string[]> {
  return cards(page).evaluateAll((all) =>
    all.map(
      (card) =>
        `${/place (\d)/.exec(card.querySelector('button')!.textContent!)![1]} ${card.querySelector('.prose')!.textContent!.trim()[0]}`,
    ),
  );
}
const ranksIn = (order: string[]): number[] => order.map((line) => Number(line[0]));

const focusedLetter = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest('li')?.querySelector('.prose')?.textContent?.trim()[0]);

/** a before b and c, which are tied, before d: by digits on the focused card, and `t`. */
async function putInOrder(page: Page): Promise<void> {
  const go = async (letter: string) => {
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    for (let i = 0; i < 3; i++) await page.keyboard.press('k');
    for (let i = 0; (await focusedLetter(page)) !== letter; i++) {
      if (i > 4) throw new Error(`No card begins with ${letter}.`);
      await page.keyboard.press('j');
    }
  };
  for (const [letter, digit] of Object.entries({ a: '1', b: '2', c: '3', d: '4' })) {
    await go(letter);
    await page.keyboard.press(digit);
  }
  await go('c');
  await page.keyboard.press('t');
}

async function handle(page: Page, card: number): Promise<{ x: number; y: number }> {
  const box = (await cards(page).nth(card).getByRole('button').first().boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function drag(page: Page, from: number, to: number): Promise<void> {
  const start = await handle(page, from);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x, start.y + (to > from ? 8 : -8));
  const target = (await cards(page).nth(to).boundingBox())!;
  await page.mouse.move(start.x, to > from ? target.y + target.height - 4 : target.y + 4, { steps: 12 });
  await page.mouse.up();
}

async function rankings(projectId: string): Promise<{ ranks: number[]; reason: string }[]> {
  const { rows } = await pool().query('select ranks, reason from rankings where project_id = $1 order by created_at', [projectId]);
  return rows;
}

/** One ranking of these texts, on the project's prompt. */
async function addRanking(projectId: string, texts: string[]): Promise<void> {
  const prompt = (await pool().query<{ id: string }>('select id from prompts where project_id = $1', [projectId])).rows[0]!;
  // PostgreSQL holds no NUL; other control characters it does.
  await insertSamples(
    db(),
    texts.map((text) => ({ projectId, promptId: prompt.id, text })),
  );
  const { rows } = await pool().query<{ id: string }>('select id from responses where project_id = $1', [projectId]);
  await insertRankTasks(db(), { projectId, roundId: null, priority: 0 }, [
    { promptId: prompt.id, responseIds: rows.map(({ id }) => id), overlap: 1 },
  ]);
}
