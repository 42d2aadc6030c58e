/** Comparing in a real browser, by keyboard alone: scales, aspects, differences, the better version; and all that may go wrong meanwhile. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { makeAccount, openBrowser, press, signIn, watch } from '../support/annotator';
import { launchBrowser } from '../support/browser';
import { testDatabase, type TestDatabase } from '../support/database';
import { exported } from '../support/exported';
import { makePerson, makeProject } from '../support/factory';
import { expectAccessible, expectNoSidewaysScroll } from '../support/page-checks';
import { countRows, makeTextPairs, type TextPair } from '../support/texts';
import { Web } from '../support/web';

const browser: Browser | null = await launchBrowser();
const pairs = (count: number): TextPair[] =>
  Array.from({ length: count }, (_, i) => ({
    prompt: `Question ${i}: when will the lamp come?`,
    responses: [`It comes on Monday, order ${i}.`, `It comes on Friday, and we are **sorry**, order ${i}.`],
  }));

describe.skipIf(!browser)('comparing', () => {
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

  /** A project with pairs, and somebody in front of it. */
  async function open(settings: object, texts: TextPair[], viewport = { width: 1440, height: 900 }) {
    const project = await makeProject(settings);
    await makeTextPairs(project.id, texts);
    const actor = await makeAccount(admin);
    const page = await openBrowser(browser!, web.url, actor, { viewport });
    watch(page, errors);
    const show = async () => {
      await page.goto(`/compare?project=${project.slug}`);
      await page.getByRole('region', { name: 'Response B', exact: true }).waitFor();
    };
    await show();
    return { project, actor, page, show };
  }

  const rowsOf = async (projectId: string) =>
    (await pool().query('select * from preferences where project_id = $1 order by created_at, id', [projectId])).rows;

  test('seven points: every answer by one key, differences, a reason, and the keys that do it', async () => {
    const { project, page } = await open({}, pairs(12));
    for (const key of ['1', '7', '4', '0', '3']) {
      const before = await pairText(page);
      await press(page, key);
      await expect.poll(() => pairText(page), { timeout: 20_000 }).not.toBe(before);
    }
    await expect.poll(async () => (await rowsOf(project.id)).length, { timeout: 60_000 }).toBe(5);
    const said = (await rowsOf(project.id)).map((row) => [Math.abs(row.grade), row.is_both_bad, row.scale_points]);
    expect(said).toEqual([
      [3, false, 7],
      [3, false, 7],
      [0, false, 7],
      [0, true, 7],
      [1, false, 7],
    ]);

    const shown = await pairText(page);
    await press(page, 'd');
    await page.getByText('Marked: what stands in one response only.').waitFor();
    const marks = await page.locator('mark').allInnerTexts();
    expect(marks.join(' ')).toMatch(/Monday.*Friday|Friday.*Monday/);
    await press(page, 'd');
    expect(await page.locator('mark').count()).toBe(0);
    await press(page, 'r');
    await page.keyboard.type('Says when it comes');
    await page.keyboard.press('Escape');
    await press(page, 's');
    await press(page, 'z');
    await expect.poll(() => pairText(page)).toBe(shown);
    expect(await page.getByLabel('Reason for your judgement (optional)').inputValue()).toBe('Says when it comes');
    await press(page, '2');
    await page.getByText('A better: sent').waitFor();
    expect((await rowsOf(project.id)).at(-1)).toMatchObject({ reason: 'Says when it comes' });

    await press(page, '?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    for (const does of ['A much better', 'Tie', 'Both bad', 'Mark the differences', 'Edit the better response'])
      await dialog.getByText(does).first().waitFor();
    await page.keyboard.press('Escape');
  });

  test('four points and aspects: the keys go from question to question; a tie is its own key', async () => {
    const { project, page } = await open({ scalePoints: 4, compareAspects: true, aspects: ['helpful', 'honest', 'harmless'] }, pairs(4));
    const lit = () => page.locator('[aria-current="step"]').getAttribute('aria-label');
    expect(await lit()).toBe('Which response is better in this: helpful');
    await press(page, '1');
    await press(page, 't');
    await press(page, 'k');
    expect(await lit()).toBe('Which response is better in this: honest');
    await press(page, '3');
    await press(page, 'j');
    expect(await page.locator('[aria-current="step"]').count()).toBe(0);
    await expectAccessible(page, 'aspects');
    const before = await pairText(page);
    await press(page, 't');
    await expect.poll(() => pairText(page)).not.toBe(before);
    expect(await lit()).toBe('Which response is better in this: helpful');
    await press(page, 'z');
    await expect.poll(() => pairText(page)).toBe(before);
    expect(
      await page
        .getByRole('group', { name: /: helpful$/ })
        .getByRole('button', { pressed: true })
        .getAttribute('aria-label'),
    ).toBe('A much better');
    await press(page, '4');
    await page.getByText('B much better: sent').waitFor();
    const [row] = await rowsOf(project.id);
    const sign = row.is_swapped ? -1 : 1;
    expect(row).toMatchObject({ grade: -2 * sign, scale_points: 4, aspects: { helpful: 2 * sign, honest: -sign } });
  });

  test('the better response, edited: one key opens it, the draft outlives the page, and it makes an order of three', async () => {
    const { project, page, show } = await open({}, pairs(4));
    const [left, right] = await Promise.all(['A', 'B'].map((side) => responseText(page, side)));
    await press(page, 'e');
    await page.getByText('Choose the better response first').waitFor();
    await press(page, '6');
    await press(page, 'e');
    const field = page.getByRole('textbox', { name: 'A better version of B' });
    await expect.poll(() => field.evaluate((element) => document.activeElement === element)).toBe(true);
    expect((await field.inputValue()).replaceAll('*', '')).toBe(right);
    await page.keyboard.press('Control+Enter');
    await page.getByText('word for word').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' You will get **a mail** then.');
    await page.getByText('Draft saved').waitFor();
    await page.keyboard.press('Escape');
    await press(page, 'd');
    expect(await page.locator('mark').allInnerTexts()).toEqual(['You will get **a mail** then.']);
    await press(page, 'p');
    await page.locator('strong', { hasText: 'a mail' }).waitFor();
    await press(page, 'x');
    await page.getByRole('region', { name: 'Response A', exact: true }).waitFor();
    await expectAccessible(page, 'the editor');
    await press(page, '?');
    await page.getByRole('dialog').getByText('Send the choice without an edit').waitFor();
    await page.keyboard.press('Escape');

    await show();
    await page.getByText('You have begun a better version of B.').waitFor();
    await press(page, '5');
    await press(page, 'e');
    await expect.poll(() => field.inputValue()).toContain('a mail');
    // Without the edit, and back to it: the text is still there.
    await page.keyboard.press('Escape');
    await press(page, 'w');
    await press(page, 'e');
    await expect.poll(() => field.inputValue()).toContain('a mail');
    await press(page, 'Control+Enter');
    await page.getByText('B slightly better, and edited').waitFor();
    await press(page, 'z');
    await expect.poll(() => field.inputValue()).toContain('a mail');
    await page.waitForTimeout(250);
    await page.keyboard.press('Control+Enter');
    await page.getByText('B slightly better, and edited: sent').waitFor();

    const edited = `${right} You will get a mail then.`;
    const order = (await exported({ projectId: project.id, kind: 'comparisons' })).map(({ chosen, rejected }) =>
      `${chosen} > ${rejected}`.replaceAll('*', ''),
    );
    expect(order.sort()).toEqual([`${edited} > ${right}`, `${edited} > ${left}`, `${right} > ${left}`].sort());
    expect(await countRows('demonstrations', project.id)).toBe(1);
  });

  test('a server that is killed while it takes the answer: nothing is lost, nothing is there twice', async () => {
    const { project, page } = await open({}, pairs(4));
    await press(page, '2');
    await press(page, 'e');
    await page.getByRole('textbox', { name: 'A better version of A' }).waitFor();
    await page.keyboard.type(' With care.');
    // It arrives and is stored, but its reply never comes back.
    let arrivals = 0;
    await page.route('**/preference', async (route) => {
      arrivals++;
      await route.fetch();
      await web.kill();
      await route.abort();
    });
    await page.waitForTimeout(250);
    await page.keyboard.press('Control+Enter');
    await page.getByText('1 answer is kept on this device').waitFor({ timeout: 30_000 });
    expect(arrivals).toBe(1);
    await page.unroute('**/preference');
    await press(page, '1');
    await web.start();
    await expect.poll(() => countRows('preferences', project.id), { timeout: 60_000 }).toBe(4);
    await page.getByText('kept on this device').waitFor({ state: 'detached', timeout: 60_000 });
    expect([await countRows('preferences', project.id), await countRows('demonstrations', project.id)]).toEqual([4, 1]);
  });

  test('a session that ends meanwhile keeps the answer and its text until the person is back', async () => {
    const { project, actor, page } = await open({}, pairs(4));
    await press(page, '2');
    await press(page, 'e');
    await page.keyboard.type(' Promised.');
    await page.context().clearCookies();
    await page.getByText('You are signed out: draft kept on this device').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('You are signed out. 1 answer is kept on this device').waitFor({ timeout: 30_000 });
    await signIn(page.context(), actor);
    await page.reload();
    await expect.poll(() => countRows('demonstrations', project.id), { timeout: 60_000 }).toBe(1);
    expect(await countRows('preferences', project.id)).toBe(3);
  });

  test('whatever the texts are, they are shown as they are, and a conversation turn by turn', async () => {
    const turns = Array.from({ length: 5 }, (_, i) => `\n\nHuman: question ${i}\n\nAssistant: answer ${i}`).join('');
    const texts: TextPair[] = [
      { prompt: `You are kind.${turns}\n\nHuman: the last one?\n\nAssistant:`, responses: [' one', ' two'] },
      {
        prompt: 'اكتب جملة عن القطط',
        responses: [
          'القطط تحب **اللعب**.',
          '<script>window.wasRun = true</script><img src=x onerror="window.wasRun = true"> 🐈‍⬛ \u0007\u001b[31m',
        ],
      },
      { prompt: '```\nbroken *markdown [', responses: ['x'.repeat(10_000), ''] },
      { prompt: '>'.repeat(5000), responses: ['word '.repeat(20_000), `${'word '.repeat(20_000)}end`] },
    ];
    const { page } = await open({}, texts);
    for (const size of [390, 1440]) {
      await page.setViewportSize({ width: size, height: 800 });
      await expectNoSidewaysScroll(page, `at ${size}`);
    }
    const prompt = page.getByRole('region', { name: 'Prompt', exact: true });
    expect(await prompt.getByRole('listitem').allInnerTexts()).toHaveLength(4);
    await press(page, 'o');
    expect(await prompt.getByRole('listitem').count()).toBe(12);
    expect((await prompt.getByRole('listitem').first().innerText()).replace(/\s+/g, ' ')).toBe('System You are kind.');

    await next(page);
    expect(await page.getByText('القطط تحب').evaluate((element) => getComputedStyle(element).unicodeBidi)).toBe('plaintext');
    expect(await responseText(page, /script/)).toContain(
      '<script>window.wasRun = true</script><img src=x onerror="window.wasRun = true"> 🐈‍⬛ ␇␛[31m',
    );
    expect(await page.evaluate(() => 'wasRun' in window)).toBe(false);
    await next(page);
    await page.getByText('The response is empty.').waitFor();
    await expectNoSidewaysScroll(page);
    await next(page);
    expect(await page.getByText('Shown as it was typed: too long for formatting.').count()).toBe(2);
    await press(page, 'd');
    await expect.poll(() => page.locator('mark').allInnerTexts()).toEqual(['end']);
    await expectNoSidewaysScroll(page);
    await press(page, '4');
    await page.getByText('Tie: sent').waitFor();
  });

  test('on a phone one response can be read at a time; nothing is serious for axe', async () => {
    const { page } = await open({ scalePoints: 9, compareAspects: true }, pairs(3), { width: 390, height: 844 });
    await expectAccessible(page, 'phone');
    await page.getByRole('button', { name: 'B', exact: true }).click();
    expect(await page.getByRole('region', { name: 'Response A', exact: true }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'A and B' }).click();
    expect(await page.getByRole('region', { name: 'Response A', exact: true }).isVisible()).toBe(true);
    await expectNoSidewaysScroll(page);
  });

  test('and the browser had nothing to complain about', () => expect(errors).toEqual([]));
});

/** Without its heading. */
async function responseText(page: Page, side: string | RegExp): Promise<string> {
  const pane =
    typeof side === 'string'
      ? page.getByRole('region', { name: `Response ${side}`, exact: true })
      : page.getByRole('region', { name: /^Response/ }).filter({ hasText: side });
  return pane.locator('.prose').innerText();
}

async function pairText(page: Page): Promise<string> {
  const parts = ['Prompt', 'Response A', 'Response B'].map((name) => page.getByRole('region', { name, exact: true }).innerText());
  return (await Promise.all(parts)).join('\n');
}

async function next(page: Page): Promise<void> {
  const before = await pairText(page);
  await press(page, 's');
  await expect.poll(() => pairText(page)).not.toBe(before);
}
