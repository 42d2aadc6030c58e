/** A person chooses their own keys, and is told of guidelines once: in a real browser, against the built app. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '@/lib/auth/actor';
import { updateSettings } from '@/lib/projects/update-settings';
import { makeAccount, openBrowser } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePairs, makePerson, makeProject } from '../support/factory';
import { startOwnApp } from '../support/own-app';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('keys and guidelines', () => {
  let app: App;
  let admin: Actor;
  let ada: Actor;
  let project: { id: string; slug: string };
  let page: Page;

  beforeAll(async () => {
    app = await startOwnApp();
    admin = await makePerson('admin');
    ada = await makeAccount(admin);
    project = await makeProject();
    await makePairs(project.id, 20);
    page = await openBrowser(browser!, app.url, ada);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const skip = (of: Page) => of.getByRole('button', { name: 'Skip' });
  const prompt = (of: Page) => of.getByRole('region', { name: 'Prompt', exact: true }).innerText();
  const open = async (of: Page) => {
    await of.goto(`/compare?project=${project.slug}`);
    await prompt(of);
    // A press right after a task appeared was meant for the one before.
    await of.waitForTimeout(250);
  };

  test('an action gets another key, by keyboard alone; a taken one is swapped', async () => {
    await open(page);
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await dialog.getByRole('button', { name: /^Skip this pair: s/ }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('k');
    await dialog.getByText('Skip this pair is now k.').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('f');
    await dialog.getByText(/^f is the key of/).waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByText(/^Swapped/).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    expect(await skip(page).getAttribute('aria-keyshortcuts')).toBe('f');
    expect(await skip(page).locator('kbd').innerText()).toBe('f');
    const before = await prompt(page);
    await page.keyboard.press('s');
    expect(await prompt(page)).toBe(before);
    await page.keyboard.press('f');
    await expect.poll(() => prompt(page)).not.toBe(before);
  });

  test('the keys follow the account to another browser, and can be given back', async () => {
    const elsewhere = await openBrowser(browser!, app.url, ada);
    await open(elsewhere);
    expect(await skip(elsewhere).getAttribute('aria-keyshortcuts')).toBe('f');
    await elsewhere.keyboard.press('?');
    await elsewhere.getByRole('button', { name: 'Back to the usual keys' }).click();
    await elsewhere.getByText('The usual keys are back.').waitFor();
    await elsewhere.keyboard.press('Escape');
    expect(await skip(elsewhere).getAttribute('aria-keyshortcuts')).toBe('s');
    await elsewhere.context().close();
    await open(page);
    expect(await skip(page).getAttribute('aria-keyshortcuts')).toBe('s');
  });

  test('guidelines that are new to a person are told of once, and are a key away', async () => {
    const guidelines = 'Be kind.\n\n```example A good reply\nWe are **sorry**.\n```';
    await updateSettings(admin, { projectId: project.id, guidelines });
    await open(page);
    await page.getByText('You have not read the guidelines yet.').waitFor();
    await page.keyboard.press('g');
    await page.getByRole('dialog').getByRole('heading', { name: 'A good reply' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('You have not read the guidelines yet.').waitFor({ state: 'detached' });

    await updateSettings(admin, { projectId: project.id, guidelines: `${guidelines}\n\nBe short.` });
    await open(page);
    await page.getByText('The guidelines have changed since you last read them.').waitFor();
    await page.getByRole('button', { name: 'Read them' }).click();
    await page.getByText('Be short.').waitFor();
    await page.getByRole('link', { name: /All versions/ }).click();
    await page
      .getByRole('navigation', { name: 'Versions' })
      .getByRole('link', { name: /Version 1/ })
      .click();
    await page.getByText('This is an older version.').waitFor();
    expect(await page.getByText('Be short.').count()).toBe(0);
    await open(page);
    await expect.poll(() => page.getByRole('button', { name: 'Guidelines' }).count()).toBe(1);
    expect(await page.getByText(/^The guidelines have changed/).count()).toBe(0);
  });
});
