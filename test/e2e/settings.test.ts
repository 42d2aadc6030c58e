/** Hyperparameters in a real browser: a preset fills the form, adapters are one choice, and what is wrong is said at its field. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemActor } from '@/lib/auth/actor';
import { getProject } from '@/lib/projects/get-project';
import { updateSettings } from '@/lib/projects/update-settings';
import { getRound } from '@/lib/rounds/get-round';
import { withPreset } from '@/lib/training/presets';
import { makeAccount, openBrowser } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { makePerson, makeReadyProject } from '../support/factory';
import { startOwnApp } from '../support/own-app';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('an admin', () => {
  let app: App;
  let page: Page;
  let project: { id: string; slug: string };

  beforeAll(async () => {
    app = await startOwnApp({ env: { FAKE_STEPS: '2', FAKE_STEP_MS: '1' } });
    project = await makeReadyProject({ round: { ppo: { klCoef: 0.3 } } });
    page = await openBrowser(browser!, app.url, await makeAccount(await makePerson('admin'), 'admin'));
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  const settings = async () => (await getProject(systemActor, project.slug)).settings.round;
  const openFolds = () =>
    page.locator('main details').evaluateAll((folds) => folds.forEach((fold) => ((fold as HTMLDetailsElement).open = true)));
  const save = async () => {
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
  };
  const valueOf = (label: string) => page.getByLabel(label, { exact: true }).inputValue();

  test('fills the form with a preset, by keyboard, and saves it', async () => {
    await page.goto(`/settings?project=${project.slug}`);
    expect(await valueOf('Preset')).toBe('tiny');
    await openFolds();
    expect(await valueOf('Adapters')).toBe('');
    await page.getByLabel('Preset').focus();
    await page.keyboard.type('base');
    expect(await page.getByRole('status').first().textContent()).toMatch(/^base: \d+ fields changed, nothing saved yet\.$/);
    expect(await settings()).toMatchObject({ sft: { lora: null } });
    expect(await valueOf('Adapters')).toBe('sft reward ppo dpo');
    expect(await valueOf('R')).toBe('16');
    expect(await valueOf('Response length')).toBe('128');
    const before = await settings();
    await save();
    expect(await settings()).toEqual(withPreset(before, 'base'));
    expect((await settings()).ppo.klCoef).toBe(0.3);
    // The form shows what is saved, without a reload and with one.
    expect([await valueOf('Preset'), await valueOf('Adapters'), await valueOf('Response length')]).toEqual([
      'base',
      'sft reward ppo dpo',
      '128',
    ]);
    await page.reload();
    expect(await valueOf('Preset')).toBe('base');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  test('is told at the field what is wrong', async () => {
    await openFolds();
    await page.getByLabel('R', { exact: true }).evaluate((field) => ['min', 'max'].forEach((bound) => field.removeAttribute(bound)));
    await page.getByLabel('R', { exact: true }).fill('0');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Please check the marked fields.').waitFor();
    const field = page.getByLabel('R', { exact: true });
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const described = (await field.getAttribute('aria-describedby'))!.split(' ');
    expect(await page.locator(`[id="${described.at(-1)}"]`).textContent()).toContain('Too small');
    expect((await settings()).sft.lora).toMatchObject({ r: 16 });
  });

  test('keeps adapters of some stages, which only the API can make', async () => {
    const lora = { r: 4, alpha: 4, targetModules: ['q_proj', 'v_proj'] };
    const none = { lora: null };
    await updateSettings(systemActor, {
      projectId: project.id,
      settings: { round: { sft: none, reward: none, ppo: { lora }, dpo: none } },
    });
    await page.goto(`/settings?project=${project.slug}`);
    expect(await valueOf('Preset')).toBe('');
    await openFolds();
    expect([await valueOf('Adapters'), await valueOf('Target modules')]).toEqual(['ppo', 'q_proj, v_proj']);
    const before = await settings();
    await page.getByLabel('Description').fill('Only the words change.');
    await save();
    expect(await settings()).toEqual(before);
  });

  test('starts a round with a preset of its own', async () => {
    await page.goto(`/loop?project=${project.slug}`);
    await page.getByText('Hyperparameters', { exact: true }).click();
    await page.getByLabel('Preset').selectOption('large');
    await page.getByRole('button', { name: 'Train round 1' }).click();
    await page.waitForURL(/\/rounds\//);
    const { config } = await getRound(systemActor, { roundId: page.url().split('/').at(-1)! });
    expect(config).toEqual(withPreset(await settings(), 'large'));
    expect((await settings()).ppo.lora).toMatchObject({ r: 4 });
  });
});
