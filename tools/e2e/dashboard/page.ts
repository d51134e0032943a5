import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { checkout } from '@bridge/cli/stack-paths';
import { launchBrowser } from '../browser.ts';
import { system } from '../system.ts';

/** Kept by the run, also after it. */
const screenshots = join(checkout, '.local', 'screenshots');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A one-time link, as `npm start` prints it. */
export async function signInLink(): Promise<string> {
  const response = await fetch(`${system.edge}/session/links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.masterKey}` },
  });
  return system.edge + ((await response.json()) as { path: string }).path;
}

/** Somebody at the dashboard; `complaints` are errors of the page and of its content security policy. */
export type Viewer = { readonly page: Page; readonly context: BrowserContext; readonly complaints: string[] };

export type Look = {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
};

/** A browser of the tests of a file. Each viewer has a session of their own. */
export async function openBrowser() {
  const browser: Browser = await launchBrowser();

  async function visit(
    url: string,
    { width = 1280, height = 900, colorScheme = 'light' }: Look = {},
  ): Promise<Viewer> {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      reducedMotion: 'reduce',
      // A machine without a language gives Chromium one that Intl refuses.
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
    });
    const page = await context.newPage();
    const complaints = watch(page);
    await page.goto(url);
    return { page, context, complaints };
  }

  return {
    visit,
    /** Signed in, with the stream open, at a place such as `#/alerts`. */
    async signIn(place = '#/', look: Look = {}): Promise<Viewer> {
      const viewer = await visit(await signInLink(), look);
      await untilLive(viewer.page);
      if (place !== '#/') await goTo(viewer.page, place);
      return viewer;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Answers that a test provokes are no faults of the page. */
const expected = /Failed to load resource/;

function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

export async function untilLive(page: Page): Promise<void> {
  await page.locator('#connection[data-state="live"]').waitFor();
}

/** As a link of the page would. */
export async function goTo(page: Page, place: string): Promise<void> {
  // In the browser's words, which the types of these tests do not know.
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
}

/** What axe finds on the page as it is: its rules for WCAG 2.2 AA and good practice. */
export async function axeFindings(page: Page): Promise<string[]> {
  // The content security policy keeps scripts out that no file of the page holds; the driver's evaluation is none.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary}`),
  );
}

export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}
