/** A real browser in the hands of an annotator who has just signed in to a real Heed: for tests of one page of the workplace. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { systemActor, type Actor } from '@/lib/auth/actor';
import { acceptInvitation } from '@/lib/people/accept-invitation';
import { invite } from '@/lib/people/invite';
import { startApp, type App } from './app';
import { testDatabase, type TestDatabase } from './database';

export type AnnotatorPage = {
  actor: Actor;
  context: BrowserContext;
  page: Page;
  /** What the browser had to complain about. */
  errors: string[];
  /** The same person in another window, e.g. on a phone. */
  another(options: Parameters<Browser['newContext']>[0]): Promise<Page>;
  stop(): Promise<void>;
};

const password = 'a long password';

export async function openAnnotatorPage(browser: Browser): Promise<AnnotatorPage> {
  const database: TestDatabase = await testDatabase();
  const app: App = await startApp({ databaseUrl: database.url });
  const { token } = await invite(systemActor, { role: 'annotator' });
  const actor = await acceptInvitation({ token, name: 'Grace Hopper', email: 'grace@example.org', password });
  const errors: string[] = [];
  const open = async (options: Parameters<Browser['newContext']>[0]) => {
    const context = await browser.newContext({ baseURL: app.url, reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (said) => /content security policy|hydrat/i.test(said.text()) && errors.push(said.text()));
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(actor.email!);
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/');
    return { context, page };
  };
  const { context, page } = await open({ viewport: { width: 1440, height: 900 } });
  return {
    actor,
    context,
    page,
    errors,
    another: async (options) => (await open(options)).page,
    stop: async () => {
      await browser.close();
      await app.stop();
      await database.drop();
    },
  };
}

/** Slower than the time within which a press is taken for one that was meant for the task before. */
export async function press(page: Page, ...keys: string[]): Promise<void> {
  await page.waitForTimeout(250);
  for (const key of keys) await page.keyboard.press(key);
}

export async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    where,
  ).toEqual([]);
}

/** Nothing sticks out at the side. */
export async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, where).toBeLessThanOrEqual(0);
}

/** Texts that pages must show whole, harmless and without breaking. */
export const hostileTexts = {
  long: 'A sentence that goes on and on. '.repeat(3200),
  word: 'x'.repeat(10_000),
  script: '<script>document.title = "taken over"</script><img src=x onerror="document.title=\'taken over\'">',
  markdown: '# Heading **bold\n\n```js\nnot closed\n\n| a | b |\n|---|\n[link](javascript:alert(1))',
  arabic: 'مرحبا، وصلت المكواة مكسورة. متى يصل البديل؟',
  control: 'bell \u0007 and \u001b[31mred\u001b[0m 👩‍👩‍👧 e\u0301',
  empty: '',
};
