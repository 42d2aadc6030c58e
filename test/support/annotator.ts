/** A signed-in person in a real browser. */
import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Actor } from '@/lib/auth/actor';
import { acceptInvitation } from '@/lib/people/accept-invitation';
import { invite } from '@/lib/people/invite';

export const password = 'a long password';

/** Makes an account, invited by `admin`. */
export async function makeAccount(admin: Actor, role: 'annotator' | 'reviewer' | 'admin' = 'annotator'): Promise<Actor> {
  const { token } = await invite(admin, { role });
  return acceptInvitation({ token, name: `${role} ${randomUUID().slice(0, 4)}`, email: `${randomUUID()}@example.org`, password });
}

/** Signs in as the form does, in this context; every page of it is signed in then. */
export async function signIn(context: BrowserContext, { email }: Pick<Actor, 'email'>): Promise<void> {
  const { csrfToken } = (await (await context.request.get('/api/auth/csrf')).json()) as { csrfToken: string };
  await context.request.post('/api/auth/callback/credentials', { form: { csrfToken, email, password, json: 'true' } });
}

/** A browser of their own, English, without animations. */
export async function openBrowser(
  browser: Browser,
  url: string,
  actor: Pick<Actor, 'email'>,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    ...options,
  });
  await signIn(context, actor);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return page;
}

/** Gathers in `errors` what the browser has to complain about. */
export function watch(page: Page, errors: string[]): void {
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (said) => /content security policy|hydrat/i.test(said.text()) && errors.push(said.text()));
}

/** Slower than the time within which a press is taken for one that was meant for the task before. */
export async function press(page: Page, ...keys: string[]): Promise<void> {
  await page.waitForTimeout(250);
  for (const key of keys) await page.keyboard.press(key);
}
