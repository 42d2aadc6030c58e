/**
 * Takes a picture of every page, wide and on a phone, light and dark, of a sample project in an own temporary database, and writes the page
 * that shows them (docs/tour.md and docs/tour/):
 *
 *     npm run tour                    all
 *     npm run tour -- compare rank    only the pictures of these names
 *
 * Needs the built web app and a Chromium. The trainer is only pretended to run.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { closeDatabase } from '@/db/client';
import { ensureDatabase } from '@/db/embedded';
import { migrate } from '@/db/migrate';
import { settlePort } from '../../bin/port';
import { launchBrowser } from '../support/browser';
import { askQuiz, fillWithSampleProject, password, runHalfARound } from '../support/sample-project';
import { tourPage, tourStops, type TourStop } from '../support/tour-stops';

const folder = 'docs/tour';
const page = 'docs/tour.md';
const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const schemes = ['light', 'dark'] as const;
/** Of a whole page, no more than this many pixels are shown. */
const tallest = 2400;

async function main(names: string[]): Promise<void> {
  if (names.length === 0) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const data = mkdtempSync(path.join(tmpdir(), 'heed-tour-'));
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
  const made = { running: await runHalfARound(sample), newcomer: await askQuiz(sample) };
  const web = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const browser = await launchBrowser();
  try {
    if (!browser) throw new Error('Pictures need a browser.');
    await answers(url);
    const stops = await tourStops(sample, made);
    await takeAll(browser, url, names.length === 0 ? stops : stops.filter(({ name }) => names.includes(name)));
    const text = tourPage(stops, { folder: path.basename(folder), sizes: Object.keys(sizes), schemes });
    writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
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
    if (tries === 200) throw new Error('The web app does not come up. Build it first: npm run build.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function takeAll(browser: Browser, url: string, stops: TourStop[]): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of schemes) {
      const isPhone = size === 'phone';
      const look = { viewport, colorScheme, isMobile: isPhone, hasTouch: isPhone, deviceScaleFactor: isPhone ? 1.5 : 1 };
      const contexts = new Map<string, BrowserContext>();
      for (const stop of stops) {
        const email = stop.email ?? 'ada@example.org';
        const context = contexts.get(email) ?? (await signIn(await browser.newContext({ ...look, locale: 'en-GB', baseURL: url }), email));
        contexts.set(email, context);
        // A page of its own: what one has typed or opened is not on the next.
        const page = await context.newPage();
        await page.goto(stop.path);
        await page.waitForTimeout(600);
        await stop.before?.(page);
        await page.waitForTimeout(400);
        writeFileSync(path.join(folder, `${stop.name}-${size}-${colorScheme}.webp`), await picture(page, stop.isWholePage));
        await page.close();
      }
      for (const context of contexts.values()) await context.close();
    }
  }
}

/** As WebP, which playwright itself does not write. */
async function picture(page: Page, isWholePage = false): Promise<Buffer> {
  const { width, height } = page.viewportSize()!;
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  // A taller window instead of a stitched picture: what sticks to the bottom stays there.
  if (isWholePage && whole > height) await page.setViewportSize({ width, height: Math.min(tallest, whole) });
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 75 });
  return Buffer.from(data, 'base64');
}

async function signIn(context: BrowserContext, email: string): Promise<BrowserContext> {
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('/');
  await page.close();
  return context;
}

void main(process.argv.slice(2));
