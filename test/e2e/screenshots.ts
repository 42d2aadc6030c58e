/**
 * Takes a picture of every page, wide and on a phone, light and dark, of a sample project in an own temporary database:
 *
 *     npx tsx test/e2e/screenshots.ts FOLDER [NAME…]      only the pictures of these names
 *
 * Needs the built web app and a Chromium. The trainer is only pretended to run.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { closeDatabase } from '@/db/client';
import { ensureDatabase } from '@/db/embedded';
import { migrate } from '@/db/migrate';
import { settlePort } from '../../bin/port';
import { launchBrowser } from '../support/browser';
import { fillWithSampleProject, password, runHalfARound, type SampleProject } from '../support/sample-project';

const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const schemes = ['light', 'dark'] as const;
type Shot = { name: string; path: string; isWholePage?: boolean; before?: (page: Page) => Promise<void> };

const open = async (page: Page) => {
  for (const fold of await page.locator('details > summary:visible').all()) await fold.click();
};

const shotsOf = ({ promptId, conversationId, rounds }: SampleProject): Shot[] => [
  { name: 'home', path: '/' },
  { name: 'compare', path: '/compare', before: (page) => page.getByRole('region', { name: 'Response B' }).waitFor() },
  { name: 'compare-undo', path: '/compare', before: (page) => answerAndWrite(page) },
  { name: 'compare-differences', path: '/compare', before: (page) => pressOn(page, 'd') },
  { name: 'compare-edit', path: '/compare', before: (page) => pressOn(page, '2', 'e') },
  { name: 'rank', path: '/rank', before: (page) => page.getByRole('list', { name: 'Your order' }).waitFor() },
  { name: 'rank-tied', path: '/rank', before: (page) => rankSome(page) },
  { name: 'rate', path: '/rate', before: (page) => page.getByRole('region', { name: 'Your judgement' }).waitFor() },
  { name: 'rate-unsafe', path: '/rate', before: (page) => rateSome(page) },
  {
    name: 'demonstrate',
    path: '/demonstrate',
    before: (page) => page.getByLabel('Your response').fill('We are sorry that it came late. '),
  },
  { name: 'red-team', path: '/red-team', before: (page) => page.getByLabel('Your message').fill('Then whose fault is it?') },
  { name: 'red-team-verdict', path: '/red-team', before: (page) => sayHowItFailed(page) },
  { name: 'red-team-results', path: '/data/red-team', isWholePage: true },
  { name: 'red-team-result', path: `/data/red-team/${conversationId}`, isWholePage: true },
  { name: 'loop', path: '/loop', isWholePage: true },
  { name: 'loop-settings', path: '/loop', isWholePage: true, before: open },
  { name: 'round-succeeded', path: `/rounds/${rounds.succeeded}`, isWholePage: true },
  { name: 'round-failed', path: `/rounds/${rounds.failed}`, isWholePage: true },
  { name: 'round-alerts', path: `/rounds/${rounds.failed}`, isWholePage: true, before: open },
  { name: 'models', path: '/models', isWholePage: true },
  { name: 'playground', path: '/playground' },
  { name: 'agreement', path: '/agreement', isWholePage: true },
  { name: 'annotators', path: '/annotators', isWholePage: true },
  { name: 'leaderboard', path: '/leaderboard', isWholePage: true, before: open },
  { name: 'leaderboard-styled', path: '/leaderboard?style=controlled', isWholePage: true },
  { name: 'my-figures', path: '/my-work/figures', isWholePage: true },
  { name: 'prompts', path: '/prompts' },
  { name: 'prompt', path: `/prompts/${promptId}`, isWholePage: true },
  { name: 'flagged', path: '/prompts/flagged', isWholePage: true },
  { name: 'data', path: '/data', isWholePage: true, before: open },
  { name: 'people', path: '/people', isWholePage: true },
  { name: 'settings', path: '/settings', isWholePage: true },
  { name: 'settings-open', path: '/settings', isWholePage: true, before: open },
  { name: 'not-found', path: '/nothing-here' },
];

async function answerAndWrite(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Response B' }).waitFor();
  await page.keyboard.press('2');
  await page.waitForTimeout(400);
  await page.keyboard.press('r');
  await page.keyboard.type('It names the right item and says what happens next');
}

async function rankSome(page: Page): Promise<void> {
  await page.getByRole('list', { name: 'Your order' }).waitFor();
  for (const key of ['j', 'j', 'u', 'j', 't']) await page.keyboard.press(key);
}

async function sayHowItFailed(page: Page): Promise<void> {
  await page.getByLabel('Your message').press('Escape');
  for (const key of ['f', '6', 'e', 'c']) await page.keyboard.press(key);
  await page.keyboard.type('I cannot tell you what other customers have ordered.');
  await page.keyboard.press('Escape');
}

async function rateSome(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Your judgement' }).waitFor();
  for (const key of ['4', '5', '2', 'u', '7']) await page.keyboard.press(key);
}

async function pressOn(page: Page, ...keys: string[]): Promise<void> {
  await page.getByRole('region', { name: 'Response B' }).waitFor();
  for (const key of keys) {
    await page.waitForTimeout(400);
    await page.keyboard.press(key);
  }
}

async function main(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const data = mkdtempSync(path.join(tmpdir(), 'heed-pictures-'));
  const database = await ensureDatabase({ folder: data });
  const port = await settlePort('127.0.0.1', 0);
  const url = `http://127.0.0.1:${port}`;
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    HEED_DATA: data,
    NEXTAUTH_URL: url,
    NEXTAUTH_SECRET: 'only for pictures',
    PORT: String(port),
  });
  await migrate(database.url);
  const sample = await fillWithSampleProject();
  const web = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const browser = await launchBrowser();
  try {
    if (!browser) throw new Error('Pictures need a browser.');
    await answers(url);
    await takeAll(browser, url, folder, shotsOf(sample));
    const running = await runHalfARound(sample);
    await takeAll(browser, url, folder, [
      { name: 'round-running', path: `/rounds/${running}`, isWholePage: true },
      { name: 'loop-running', path: '/loop', isWholePage: true },
    ]);
  } finally {
    await browser?.close();
    web.kill();
    await closeDatabase();
    await database.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; !(await fetch(`${url}/sign-in`).catch(() => null))?.ok; tries++) {
    if (tries === 100) throw new Error('The web app does not come up. Build it first: npm start.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function takeAll(browser: Browser, url: string, folder: string, shots: Shot[]): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of schemes) {
      const isPhone = size === 'phone';
      const context = await browser.newContext({
        viewport,
        colorScheme,
        isMobile: isPhone,
        hasTouch: isPhone,
        deviceScaleFactor: isPhone ? 2 : 1,
        baseURL: url,
      });
      const fileOf = (name: string) => path.join(folder, `${name}-${size}-${colorScheme}.png`);
      await signIn(context, fileOf('sign-in'));
      for (const shot of shots.filter(({ name }) => names.length === 0 || names.includes(name))) {
        // A page of its own: what one has typed or opened is not on the next.
        const page = await context.newPage();
        await page.goto(shot.path);
        await page.waitForTimeout(600);
        await shot.before?.(page);
        await page.waitForTimeout(400);
        await page.screenshot({ path: fileOf(shot.name), fullPage: shot.isWholePage });
        await page.close();
      }
      await context.close();
    }
  }
}

async function signIn(context: BrowserContext, picture: string): Promise<void> {
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.waitForTimeout(600);
  await page.screenshot({ path: picture });
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('/');
  await page.close();
}

const [folder, ...names] = process.argv.slice(2);
if (!folder) throw new Error('Say where the pictures go: npx tsx test/e2e/screenshots.ts FOLDER');
void main(folder);
