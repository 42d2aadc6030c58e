/** A question on its whole way, in real browsers: asked by keyboard alone, answered as a precedent, found by somebody else, read by who asked. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pool } from '@/db/client';
import type { Actor } from '@/lib/auth/actor';
import { makeAccount, openBrowser, press } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePairs, makePerson, makeProject } from '../support/factory';
import { startOwnApp } from '../support/own-app';
import { expectAccessible, expectNoSidewaysScroll } from '../support/page-checks';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('questions to reviewers', () => {
  let app: App;
  let project: { id: string; slug: string };
  let asker: Actor;
  let [asking, reviewing, elsewhere]: Page[] = [];

  beforeAll(async () => {
    app = await startOwnApp();
    const admin = await makePerson('admin');
    project = await makeProject();
    await makePairs(project.id, 20, 3);
    const people = [await makeAccount(admin), await makeAccount(admin, 'reviewer'), await makeAccount(admin)] as const;
    asker = people[0];
    [asking, reviewing, elsewhere] = await Promise.all(people.map((person) => openBrowser(browser!, app.url, person)));
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const at = (page: Page | undefined) => page!;
  const work = async (page: Page) => {
    await page.goto(`/compare?project=${project.slug}`);
    await page.getByRole('region', { name: 'Response B' }).waitFor();
  };
  const prompt = (page: Page) => page.getByRole('region', { name: 'Prompt', exact: true }).innerText();
  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Ask a reviewer' });
  const asked = async () => (await pool().query('select text, prompt_id, answer from questions order by created_at')).rows;

  test('is asked by keyboard alone; a dialog that is closed keeps what was typed, and the task stays', async () => {
    const page = at(asking);
    await work(page);
    const before = await prompt(page);
    await press(page, 'i');
    await dialog(page).getByText('There are no precedents yet').waitFor();
    await expectAccessible(page, 'ask');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alert').getByText('Write your question first.').waitFor();
    await page.keyboard.type('Is a polite 2 better');
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await press(page, 'i');
    await page.keyboard.type(' than a rude one?');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Your question is with the reviewers.').waitFor();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await asked()).toMatchObject([{ text: 'Is a polite 2 better than a rude one?', answer: null }]);
    expect(await prompt(page)).toBe(before);

    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByRole('button', { name: /^Ask a reviewer, or search precedents: i/ }).waitFor();
    await page.keyboard.press('Escape');
    await press(page, 's');
    await expect.poll(() => prompt(page)).not.toBe(before);
  });

  test('without a connection it is kept, and what can be taken back stays so; it arrives once', async () => {
    const page = at(asking);
    const before = await prompt(page);
    await press(page, '2');
    await expect.poll(() => prompt(page)).not.toBe(before);
    await page.context().setOffline(true);
    await press(page, 'i');
    await page.keyboard.type('And what of two rude ones?');
    await page.keyboard.press('Control+Enter');
    await page.getByText('your question is kept on this device and will be sent').waitFor();
    await page.getByText('1 question is kept on this device').waitFor();
    await press(page, 'z');
    await expect.poll(() => prompt(page)).toBe(before);
    await page.context().setOffline(false);
    await expect.poll(asked).toHaveLength(2);
    await page.getByText('1 question is kept on this device').waitFor({ state: 'detached' });
  });

  test('is answered by a reviewer, who sees what the person saw, and becomes a precedent with a title', async () => {
    const page = at(reviewing);
    await page.goto(`/questions?project=${project.slug}`);
    await page.getByRole('link', { name: /Questions 2 to answer/ }).waitFor();
    await page.getByText(`asked by ${asker.name}`).first().waitFor();
    expect(await page.getByRole('region', { name: /^Response [AB]$/ }).count()).toBe(4);
    await expectAccessible(page, 'questions');
    await expectNoSidewaysScroll(page, 'questions');
    const first = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Is a polite 2 better' });
    await first.getByLabel('Your answer').fill('Yes, unless it helps nobody.');
    await first.getByLabel('Title of the precedent').fill('Tone');
    await first.getByRole('button', { name: 'Answer', exact: true }).click();
    await first.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'To answer: 1' }).waitFor();
    await page.getByRole('link', { name: 'Answered' }).click();
    await page.getByText('Yes, unless it helps nobody.').first().waitFor();
    await expectAccessible(page, 'answered');
  });

  test('is found by another person, at a task and on the page of precedents, without a name', async () => {
    const page = at(elsewhere);
    await work(page);
    await press(page, 'i');
    await dialog(page).getByLabel('Search precedents').fill('poli bet');
    await dialog(page).getByText('Precedents: 1').waitFor();
    await dialog(page).getByText('Yes, unless it helps nobody.').waitFor();
    expect(await dialog(page).innerText()).not.toContain(asker.name);
    await expectAccessible(page, 'precedents in the dialog');
    await dialog(page).getByLabel('Search precedents').fill('unheard');
    await dialog(page).getByText('No precedent has all words of “unheard”').waitFor();
    await page.keyboard.press('Escape');

    await page.goto(`/guidelines?project=${project.slug}`);
    await page.getByRole('link', { name: 'Precedents' }).click();
    await page.getByLabel('Search precedents').fill('TONE');
    await page.keyboard.press('Enter');
    await page.waitForURL(/search=TONE/);
    await page.getByText('Yes, unless it helps nobody.').waitFor();
    expect(await page.getByRole('main').innerText()).not.toContain(asker.name);
    await expectAccessible(page, 'precedents');
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(page, 'precedents on a phone');
    const reply = await page.goto(`/questions?project=${project.slug}`);
    expect(reply!.status()).toBe(403);
  });

  test('tells whoever asked, calmly and once; their own list has it', async () => {
    const page = at(asking);
    await work(page);
    await page.getByText('Your question was answered.').waitFor();
    await press(page, 'v');
    await page.getByRole('dialog', { name: 'Answers to your questions' }).getByText('Yes, unless it helps nobody.').waitFor();
    await expectAccessible(page, 'answers');
    await page.keyboard.press('Escape');
    expect(await page.getByText('Your question was answered.').count()).toBe(0);
    await expect
      .poll(async () => (await pool().query('select count(*)::int as n from questions where seen_at is not null')).rows[0].n)
      .toBe(1);
    await work(page);
    await page.waitForTimeout(500);
    expect(await page.getByText('Your question was answered.').count()).toBe(0);
    await page.goto(`/my-work?project=${project.slug}`);
    await page.getByRole('link', { name: 'My questions' }).click();
    await page.getByText('Yes, unless it helps nobody.').waitFor();
    await page.getByText('waits for an answer').waitFor();
    await expectAccessible(page, 'my questions');
    await expectNoSidewaysScroll(page, 'my questions');
  });

  test('reviewers note what is for each other on the prompt’s page', async () => {
    const page = at(reviewing);
    await page.getByRole('link', { name: 'Open the prompt' }).first().click();
    await page.getByLabel('Your comment').fill('The guidelines should say this.');
    await page.getByRole('button', { name: 'Add the comment' }).click();
    await page.getByRole('listitem').getByText('The guidelines should say this.').waitFor();
    expect(await page.getByLabel('Your comment').inputValue()).toBe('');
    await expectAccessible(page, 'comments');
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('The guidelines should say this.').waitFor({ state: 'detached' });
    await page.goto(`/questions?project=${project.slug}&show=answered`);
  });

  test('a withdrawn precedent is found no more, and who asked keeps the answer', async () => {
    const page = at(reviewing);
    await page.getByRole('button', { name: 'Withdraw the precedent' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw the precedent' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.getByRole('button', { name: 'Withdraw the precedent' }).count()).toBe(0);
    await at(elsewhere).goto(`/guidelines/precedents?project=${project.slug}`);
    await at(elsewhere).getByText('There are no precedents yet').waitFor();
    await at(asking).reload();
    await at(asking).getByText('Yes, unless it helps nobody.').waitFor();
  });
});
