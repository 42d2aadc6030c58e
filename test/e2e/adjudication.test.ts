/** A reviewer decides disagreements in a real browser, by keyboard alone; another one is faster, and what is taken back returns. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languageCookie } from '@/app/words/words';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { decidePair } from '@/lib/adjudication/decide';
import { saveKeys } from '@/lib/people/keys';
import { makeAccount, openBrowser } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePairs, makePerson, makeProject } from '../support/factory';
import { prefer } from '../support/judgements';
import { startOwnApp } from '../support/own-app';
import { checkPage, expectAccessible } from '../support/page-checks';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('adjudication', () => {
  let app: App;
  let reviewer: Actor;
  let page: Page;
  let project: { id: string; slug: string };
  type Pair = { promptId: string; a: string; b: string };
  const pairs: Pair[] = [];

  beforeAll(async () => {
    app = await startOwnApp();
    const admin = await makePerson('admin');
    reviewer = await makeAccount(admin, 'reviewer');
    project = await makeProject();
    const people = await Promise.all([makePerson(), makePerson(), makePerson()]);
    // The first pair is the worst.
    for (const [i, taskId] of (await makePairs(project.id, 3, 3)).entries()) {
      const grades = [3 - i, -(3 - i), 1];
      for (const [p, { id }] of people.entries()) await prefer({ rater: id, taskId, grade: grades[p]! });
      const { rows } = await pool().query<Pair>(
        'select prompt_id as "promptId", response_a_id as a, response_b_id as b from tasks where id = $1',
        [taskId],
      );
      pairs.push(rows[0]!);
    }
    await pool().query(`update preferences set reason = 'It is the friendlier one.' where grade = 3`);
    page = await openBrowser(browser!, app.url, reviewer);
    await page.goto(`/adjudication?project=${project.slug}`);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const pair = () => page.getByRole('region', { name: 'Pair to decide' });
  const shows = (i: number) => pair().getByText(`first ${pairs[i]!.promptId}`).waitFor();
  const stored = async () =>
    (
      await pool().query(
        `select v.prompt_id as "promptId", v.reason, v.is_taken_back as "isTakenBack",
          sign(v.grade) * case when v.response_a_id = t.response_a_id then 1 else -1 end as side
        from verdicts v join tasks t on t.prompt_id = v.prompt_id where v.project_id = $1 order by v.created_at`,
        [project.id],
      )
    ).rows;
  /** The key that says that the task's first response is better. */
  const keyForFirst = async () =>
    (await page.getByRole('region', { name: 'Response A', exact: true }).innerText()).includes('first') ? '2' : '6';

  test('shows the worst pair first, with what everyone said and why, to everybody who can see or hear it', async () => {
    await shows(0);
    const answers = page.getByRole('table');
    expect(await answers.getByRole('row').count()).toBe(4);
    await answers.getByText('It is the friendlier one.').waitFor();
    await page.getByText('No reward model has been trained yet').waitFor();
    await checkPage(page, 'adjudication');
  });

  test('goes to and fro, decides with a reason, and takes back', async () => {
    const { keyboard } = page;
    await keyboard.press('j');
    await shows(1);
    await keyboard.press('ArrowLeft');
    await shows(0);
    await keyboard.press('Enter');
    await page.getByRole('alert').getByText('Choose an answer first.').waitFor();
    const key = await keyForFirst();
    await keyboard.press(key);
    await keyboard.press('r');
    await keyboard.type('The guidelines ask for 1 apology.');
    await keyboard.press('Enter');
    await keyboard.press('Enter');
    await shows(1);
    const given = { promptId: pairs[0]!.promptId, reason: 'The guidelines ask for 1 apology.', isTakenBack: false, side: 1 };
    expect(await stored()).toMatchObject([given]);

    await keyboard.press('z');
    await shows(0);
    await page.getByText('Taken back.').waitFor();
    expect(await stored()).toMatchObject([given, { isTakenBack: true }]);
    // What was said is there again.
    await keyboard.press('Enter');
    await shows(1);
    expect((await stored()).at(-1)).toMatchObject(given);
  });

  test('says so when another reviewer was faster, and when everything is decided', async () => {
    const { keyboard } = page;
    const faster = await makePerson('reviewer');
    const { a, b } = pairs[1]!;
    await decidePair(faster, { projectId: project.id, responseAId: a, responseBId: b, grade: 0, idempotencyKey: 'as fast as can be' });
    await keyboard.press('4');
    await keyboard.press('Enter');
    await page.getByRole('alert').getByText('Somebody has decided this pair meanwhile.').waitFor();
    await shows(2);
    await keyboard.press('0');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Nobody disagrees' }).waitFor();
    await page.goto(`/adjudication?project=${project.slug}&show=decided`);
    await page.getByText(`Verdict of ${reviewer.name}: Both bad.`).waitFor();
    await keyboard.press('j');
    await page.getByText(`Verdict of ${faster.name}: Tie.`).waitFor();
    await expectAccessible(page, 'decided');
  });

  test('has the keys that the reviewer has chosen for comparisons, until they choose others here; they are listed', async () => {
    const own = await makeAccount(await makePerson('admin'), 'reviewer');
    await saveKeys(own, { page: 'compare', keys: { 2: 'j', r: 'y' } });
    const theirs = await openBrowser(browser!, app.url, own);
    await theirs.setViewportSize({ width: 390, height: 844 });
    await theirs.goto(`/adjudication?project=${project.slug}&show=decided`);
    const { keyboard } = theirs;
    await keyboard.press('j');
    const chosen = theirs.locator('[aria-pressed=true][aria-keyshortcuts=j]');
    await chosen.waitFor();
    await keyboard.press('?');
    const list = theirs.getByRole('dialog', { name: 'Keys' });
    // Its own key was taken: it moved to the one that is free.
    await list.getByRole('button', { name: 'Next: 2. Change' }).waitFor();
    await list.getByRole('button', { name: 'Write a reason: y. Change' }).click();
    await keyboard.press('w');
    await list.getByText('Write a reason is now w.').waitFor();
    await expectAccessible(theirs, 'keys of adjudication');
    await keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    await theirs.reload();
    await keyboard.press('w');
    await theirs.getByRole('textbox', { name: 'Reason' }).waitFor();
  });

  test('leaves most of a phone to the pair, with targets for a finger', async () => {
    const held = await openBrowser(browser!, app.url, reviewer, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    for (const language of ['en', 'de']) {
      await held.context().addCookies([{ name: languageCookie, value: language, url: app.url }]);
      await held.goto(`/adjudication?project=${project.slug}&show=decided`);
      const controls = held.locator('.sticky.bottom-0');
      await controls.waitFor();
      expect((await controls.boundingBox())!.height).toBeLessThan(844 * 0.17);
      for (const button of await controls.getByRole('button').all()) {
        const { width, height } = (await button.boundingBox())!;
        expect(Math.min(width, height), await button.innerText()).toBeGreaterThanOrEqual(44);
      }
      await checkPage(held, `adjudication, ${language}`);
    }
    await held.context().close();
  });

  test('is not for annotators', async () => {
    const annotator = await openBrowser(browser!, app.url, await makeAccount(await makePerson('admin')));
    const reply = await annotator.goto(`/adjudication?project=${project.slug}`);
    expect(reply!.status()).toBe(403);
    const { status } = await annotator.request
      .post(`${app.url}/api/v1/projects/${project.slug}/verdicts`, { data: {} })
      .then((r) => ({ status: r.status() }));
    expect(status).toBe(403);
  });
});
