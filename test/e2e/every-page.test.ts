/** What holds on every page, with a project in full use: nothing grave for axe, no sideways scroll, a focus that is seen, one language. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/annotator';
import type { App } from '../support/app';
import { launchBrowser } from '../support/browser';
import { emptyPages, everyPage, pausedPage, unfold, type Stop } from '../support/every-page';
import { makeProject } from '../support/factory';
import { startOwnApp } from '../support/own-app';
import { checkPage } from '../support/page-checks';
import { fillWithSampleProject, type SampleProject } from '../support/sample-project';
import { onlyInEnglish } from '../support/words';

const browser: Browser | null = await launchBrowser();

describe.skipIf(!browser)('every page', () => {
  let app: App;
  let sample: SampleProject;
  let stops: Stop[];

  beforeAll(async () => {
    const before = async () => {
      sample = await fillWithSampleProject();
      stops = [...(await everyPage(sample)), ...emptyPages((await makeProject()).slug)];
    };
    app = await startOwnApp({ before });
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(page: Page, { path, ready }: Stop): Promise<void> {
    await page.goto(path);
    await ready?.(page);
    await unfold(page);
  }

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1440, 390])
      test(`is accessible and fits the screen, ${colorScheme}, ${width} px`, { timeout: 1_800_000 }, async () => {
        const page = await openBrowser(browser!, app.url, sample.admin, { colorScheme, viewport: { width, height: 900 } });
        for (const stop of stops) {
          await visit(page, stop);
          await checkPage(page, `${stop.name} at ${width}, ${colorScheme}`);
        }
        await page.context().close();
      });

  test('is accessible to somebody who is paused, on any screen', async () => {
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1440, 390]) {
        const page = await openBrowser(browser!, app.url, sample.paused, { colorScheme, viewport: { width, height: 900 } });
        await visit(page, pausedPage);
        await checkPage(page, `paused at ${width}, ${colorScheme}`);
        await page.context().close();
      }
  });

  test('has its buttons within the screen of a phone', async () => {
    const page = await openBrowser(browser!, app.url, sample.admin, { viewport: { width: 390, height: 844 } });
    for (const [path, name] of [
      ['/quality', 'Let go on'],
      ['/quality', 'Pause'],
      ['/people', 'Close account'],
    ] as const) {
      await page.goto(path);
      const { x, width } = (await page.getByRole('button', { name, exact: true }).first().boundingBox())!;
      expect([x >= 0, x + width <= 390], `${name} on ${path}`).toEqual([true, true]);
    }
    await page.context().close();
  });

  test('shows where the focus is, and never loses it, along the first twenty stops of the Tab key', async () => {
    const page = await openBrowser(browser!, app.url, sample.admin);
    for (const stop of stops) {
      await page.goto(stop.path);
      await stop.ready?.(page);
      for (let press = 1; press <= 20; press++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
          const element = document.activeElement;
          if (!element || element === document.body) return null;
          // A hidden radio button shows the focus on its label.
          const isShown = [element, element.closest('label')].some((one) => one && parseFloat(getComputedStyle(one).outlineWidth) > 0);
          return { isShown, html: element.outerHTML.slice(0, 120) };
        });
        // Past the last one the browser's own controls have it.
        if (at) expect(at, `${stop.name}, Tab ${press}`).toMatchObject({ isShown: true });
        else if (press === 1) throw new Error(`${stop.name}: Tab goes nowhere.`);
        else break;
      }
    }
    await page.context().close();
  });

  test('does not move for those who do not want it to', async () => {
    const page = await openBrowser(browser!, app.url, sample.admin);
    for (const stop of stops) {
      await page.goto(stop.path);
      await stop.ready?.(page);
      const longest = await page.evaluate(() =>
        Math.max(
          ...[...document.querySelectorAll('*')].flatMap((element) => {
            const { animationDuration, transitionDuration } = getComputedStyle(element);
            return [animationDuration, transitionDuration].map((duration) => Math.max(...duration.split(', ').map(parseFloat)));
          }),
        ),
      );
      expect(longest, stop.name).toBeLessThanOrEqual(0.001);
    }
    await page.context().close();
  });

  test('speaks German to who asks for it, all of it', async () => {
    const english = await onlyInEnglish('de');
    expect(english.length).toBeGreaterThan(300);
    const page = await openBrowser(browser!, app.url, sample.admin, { locale: 'de-DE' });
    const left: string[] = [];
    for (const stop of stops) {
      await visit(page, stop);
      expect(await page.evaluate(() => document.documentElement.lang), stop.name).toBe('de');
      const said = await page.evaluate(() => {
        const texts: string[] = [document.title];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode())
          if (!node.parentElement!.closest('script, style, .prose, [dir=auto], [lang]:not(html)')) texts.push(node.textContent ?? '');
        for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]'))
          for (const name of ['aria-label', 'placeholder', 'title']) texts.push(element.getAttribute(name) ?? '');
        return texts.map((text) => text.trim()).filter(Boolean);
      });
      for (const text of new Set(said)) if (english.some((pattern) => pattern.test(text))) left.push(`${stop.name}: ${text}`);
    }
    expect(left).toEqual([]);
    await page.context().close();
  });
});
