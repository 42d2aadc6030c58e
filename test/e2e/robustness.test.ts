/**
 * What goes wrong while people label — connections, servers, sessions, other tabs, time — and what they lose by it: nothing. In a real
 * browser, against the built app.
 */
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { claimTask } from '@/lib/tasks/claim-task';
import { submitDemonstration } from '@/lib/tasks/submit-demonstration';
import { makeAccount, openBrowser, signIn } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { expire, makePairs, makePerson, makeProject } from '../support/factory';
import { startOwnApp } from '../support/own-app';
import { processesOf } from '../support/processes';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('nothing is lost', () => {
  let app: App;
  let admin: Actor;
  let ada: Actor;
  let project: { id: string; slug: string };
  let page: Page;

  beforeAll(async () => {
    app = await startOwnApp();
    admin = await makePerson('admin');
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });
  // A person and a project of its own for every test: nothing hangs on what went before.
  beforeEach(async () => {
    ada = await makeAccount(admin);
    project = await makeProject({ heldOutFraction: 0 }, ['Where is my parcel?', 'The lamp is broken.']);
    await makePairs(project.id, 40);
    page = await openBrowser(browser!, app.url, ada);
  });
  afterEach(() => page.context().close());

  const text = (of: Page) => of.getByRole('region', { name: 'Prompt', exact: true }).innerText();
  async function open(of: Page, kind: 'compare' | 'demonstrate' = 'compare'): Promise<string> {
    await of.goto(`/${kind}?project=${project.slug}`);
    const shown = await text(of);
    // A press right after a task appeared was meant for the one before; and the next one is loaded meanwhile.
    await of.waitForTimeout(700);
    return shown;
  }
  /** Grades as stored, turned as the person saw them. */
  const answers = async (): Promise<{ grade: number; standing: string; seconds: number }[]> =>
    (
      await pool().query(
        `select (case when is_swapped then -grade else grade end)::int as grade, standing, seconds_on_task as seconds
         from preferences where project_id = $1 order by created_at`,
        [project.id],
      )
    ).rows;
  const texts = async (): Promise<string[]> =>
    (
      await pool().query(`select r.text from demonstrations d join responses r on r.id = d.response_id where d.project_id = $1`, [
        project.id,
      ])
    ).rows.map((row) => row.text);
  const webServer = () => processesOf(app.process.pid!).find(({ command }) => command.includes('next-server'))!;
  const isUp = async () => (await fetch(`${app.url}/api/health`).catch(() => null))?.ok ?? false;

  test('an answer given offline is kept when the tab is closed, and sent by the next visit, once', async () => {
    const first = await open(page);
    await page.context().setOffline(true);
    await page.keyboard.press('1');
    await expect.poll(() => text(page)).not.toBe(first);
    await page.getByText('1 answer is kept on this device').waitFor({ timeout: 30_000 });
    await page.close();
    await page.context().setOffline(false);
    expect(await answers()).toEqual([]);
    const later = await page.context().newPage();
    await open(later, 'demonstrate');
    await expect.poll(answers).toHaveLength(1);
    await open(later);
    expect((await answers()).map(({ grade }) => grade)).toEqual([3]);
  });

  test('the server is killed before it has an answer: it is sent when the server is back, once', async () => {
    await open(page);
    const killThenSend = async (route: Route) => {
      process.kill(webServer().pid, 'SIGKILL');
      await route.continue();
    };
    await page.route('**/preference', killThenSend, { times: 1 });
    await page.keyboard.press('2');
    await page.getByText('1 answer is kept on this device').waitFor({ timeout: 30_000 });
    expect(await answers()).toEqual([]);
    await expect.poll(isUp, { timeout: 60_000 }).toBe(true);
    await expect.poll(answers, { timeout: 60_000 }).toHaveLength(1);
    await page.getByText('1 answer is kept on this device').waitFor({ state: 'detached' });
    expect((await answers()).map(({ grade }) => grade)).toEqual([2]);
  });

  test('the server is killed after it has taken an answer, before it could say so: sent again, stored once', async () => {
    await open(page);
    const statuses: string[] = [];
    page.on('response', async (reply) => {
      if (reply.url().endsWith('/preference')) statuses.push(((await reply.json().catch(() => ({}))) as { status?: string }).status ?? '');
    });
    const sendThenKill = async (route: Route) => {
      await route.fetch();
      process.kill(webServer().pid, 'SIGKILL');
      await route.abort('connectionreset');
    };
    await page.route('**/preference', sendThenKill, { times: 1 });
    await page.keyboard.press('6');
    await page.getByText('1 answer is kept on this device').waitFor({ timeout: 30_000 });
    expect(await answers()).toHaveLength(1);
    await expect.poll(isUp, { timeout: 60_000 }).toBe(true);
    await page.getByText('1 answer is kept on this device').waitFor({ state: 'detached', timeout: 60_000 });
    await expect.poll(() => statuses).toEqual(['duplicate']);
    expect((await answers()).map(({ grade }) => grade)).toEqual([-2]);
  });

  test('two tabs with one pair: the first answer stands, and the second is told', async () => {
    const other = await page.context().newPage();
    expect(await open(page)).toBe(await open(other));
    await page.keyboard.press('1');
    await expect.poll(answers, { timeout: 20_000 }).toHaveLength(1);
    await other.keyboard.press('7');
    await other.getByText('You have answered this task already.').waitFor({ timeout: 30_000 });
    await other.getByText('Your answer was: B much better').waitFor();
    expect((await answers()).map(({ grade }) => grade)).toEqual([3]);
  });

  test('two tabs with one draft: both texts are there to choose from', async () => {
    const other = await page.context().newPage();
    await open(page, 'demonstrate');
    await open(other, 'demonstrate');
    await page.getByLabel('Your response').fill('From the first tab.');
    await page.getByText('Draft saved').waitFor();
    await other.getByLabel('Your response').fill('From the second tab.');
    const notice = other.getByRole('alert').filter({ hasText: 'another version of this response' });
    await notice.getByText('From the first tab.').waitFor();
    await notice.getByRole('button', { name: 'Put both into the field' }).click();
    await other.keyboard.press('Tab');
    await expect.poll(() => other.getByLabel('Your response').inputValue()).toBe('From the second tab.\n\nFrom the first tab.');
  });

  test('a session that ends while somebody writes costs no text: the answer goes out after the next sign-in', async () => {
    await open(page, 'demonstrate');
    const long = 'We are sorry that it is late. '.repeat(40).trim();
    await page.getByLabel('Your response').fill(long);
    await page.context().clearCookies();
    await page.getByLabel('Your response').press('Control+Enter');
    await page.getByText('You are signed out.').first().waitFor();
    expect(await texts()).toEqual([]);
    await signIn(page.context(), ada);
    await expect.poll(texts, { timeout: 60_000 }).toEqual([long]);
  });

  test('a session that ends while somebody writes costs no text: the draft is there after signing in again on the page', async () => {
    const prompt = await open(page, 'demonstrate');
    await page.getByLabel('Your response').fill('Half a sentence, and then');
    await page.getByText('Draft saved').waitFor();
    await page.context().clearCookies();
    await page.getByLabel('Your response').fill('Half a sentence, and then the other half');
    await page.getByText('Draft kept on this device').waitFor();
    await page.reload();
    await page.getByLabel('E-mail').fill(ada.email);
    await page.getByLabel('Password').fill('a long password');
    await page.keyboard.press('Enter');
    await page.waitForURL(/demonstrate/);
    expect(await text(page)).toBe(prompt);
    expect(await page.getByLabel('Your response').inputValue()).toBe('Half a sentence, and then the other half');
  });

  test('a task that is withdrawn while it is open: the answer is kept apart, and the person is told', async () => {
    await open(page);
    await pool().query(`update tasks set state = 'withdrawn' where project_id = $1`, [project.id]);
    await page.keyboard.press('4');
    await page.getByText('This task had all the answers it needs when yours arrived').waitFor({ timeout: 30_000 });
    expect(await answers()).toMatchObject([{ grade: 0, standing: 'late' }]);
  });

  test('a lease that ran out while somebody wrote, and the task went to another: the text is kept', async () => {
    await open(page, 'demonstrate');
    await page.getByLabel('Your response').fill('Slow, but thorough.');
    await page.getByText('Draft saved').waitFor();
    const { rows } = await pool().query<{ id: string; task_id: string }>(
      `select id, task_id from leases where user_id = $1 and state = 'active'`,
      [ada.id],
    );
    for (const { id } of rows) await expire(id);
    const eve = await makePerson();
    for (let i = 0; i < 2; i++) {
      const claim = await claimTask(eve, { projectId: project.id, kind: 'demonstrate' });
      await submitDemonstration(eve, { leaseId: claim!.lease.id, idempotencyKey: claim!.lease.id, text: 'Quick.' });
    }
    await page.getByLabel('Your response').press('Control+Enter');
    await expect.poll(texts, { timeout: 30_000 }).toContain('Slow, but thorough.');
    const { rows: late } = await pool().query(`select standing from demonstrations where user_id = $1`, [ada.id]);
    expect(late).toEqual([{ standing: 'late' }]);
  });

  test('time on a task leaves out the time that somebody was away', async () => {
    await page.clock.install();
    await page.goto(`/compare?project=${project.slug}`);
    await text(page);
    await page.clock.runFor(5000);
    await page.mouse.move(200, 200);
    await page.clock.fastForward('30:00');
    await page.mouse.move(300, 300);
    await page.clock.runFor(4000);
    await page.keyboard.press('1');
    await page.clock.runFor(10_000);
    await expect.poll(answers, { timeout: 30_000 }).toHaveLength(1);
    const [{ seconds } = { seconds: 0 }] = await answers();
    expect(seconds).toBeGreaterThanOrEqual(9);
    expect(seconds).toBeLessThan(5 + 60 + 4 + 30);
  });

  test('the next pair is on the screen at once: measured, not judged', async () => {
    await open(page);
    const measured: number[] = [];
    for (let i = 0; i < 20; i++) {
      await page.evaluate(() => {
        const region = document.querySelector('[role="region"]')!;
        const shown = region.textContent;
        const at = { pressed: 0, painted: 0 };
        (window as unknown as { at: typeof at }).at = at;
        window.addEventListener('keydown', () => (at.pressed = performance.now()), { once: true, capture: true });
        const observer = new MutationObserver(() => {
          if (region.textContent === shown || !region.querySelector('[aria-label="Prompt"]')) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => (at.painted = performance.now())));
        });
        observer.observe(region, { childList: true, subtree: true, characterData: true });
      });
      await page.keyboard.press(String(1 + (i % 7)));
      await expect.poll(() => page.evaluate(() => (window as unknown as { at: { painted: number } }).at.painted)).toBeGreaterThan(0);
      measured.push(
        await page.evaluate(() => {
          const { at } = window as unknown as { at: { pressed: number; painted: number } };
          return at.painted - at.pressed;
        }),
      );
      await page.waitForTimeout(400);
    }
    measured.sort((a, b) => a - b);
    console.log(
      `From key press to the next pair painted: median ${measured[10]!.toFixed(0)} ms, slowest of 20 ${measured[19]!.toFixed(0)} ms.`,
    );
    await expect.poll(answers, { timeout: 30_000 }).toHaveLength(20);
  });
});
