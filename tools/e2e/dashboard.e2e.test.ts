import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { waitUntil } from '../local/wait-until.ts';
import { acceptedEvent, alertsOf, newUser, system } from './system.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

/** A one-time link, as `npm start` prints it. */
async function signInLink(): Promise<string> {
  const response = await fetch(`${system.edge}/session/links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.masterKey}` },
  });
  return system.edge + ((await response.json()) as { path: string }).path;
}

/** A browser of its own; `complaints` are errors of the page and of its content security policy. */
async function openPage(url: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

describe('the dashboard', () => {
  it('signs in by link and shows a person switch to reflex, live', async () => {
    const userId = newUser();
    const { page, complaints } = await openPage(await signInLink());
    await page.locator('#connection[data-state="live"]').waitFor();
    await acceptedEvent({
      user_id: userId,
      event_id: 'evt',
      hrv_rmssd: 25,
      readiness_score: 65,
      body_temperature: 34,
    });

    const card = page.locator(`[data-user="${userId}"][data-mode="reflex"]`);
    await card.waitFor();
    const frames = page.locator('#frames li', { hasText: userId });
    // Two rules fire.
    await frames.nth(4).waitFor();
    const kinds = await Promise.all((await frames.all()).map((row) => row.getAttribute('data-kind')));
    expect(kinds.sort()).toEqual(['alert', 'alert', 'event', 'insight', 'transition']);
    const alert = page.locator('#alerts p[data-severity="critical"]', { hasText: userId });
    expect(await alert.textContent()).toContain('34 °C');
    await card.getByRole('button').click();
    // A machine without fonts draws no text: what is there need not be visible.
    await card.getByText('Latest insights').waitFor({ state: 'attached' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows what happened while a stream that had brought no frame yet was away', async () => {
    const userId = newUser();
    const page = await (await browser.newContext()).newPage();
    let opened = 0;
    let isBack = false;
    // Only a keep-alive, then an end, then errors: after those a browser does not connect again by itself.
    const keepAlive = 'retry: 100\n\n: keep-alive\nid: v1-0.0\n\n';
    await page.route(/\/stream\?/, (route) => {
      opened += 1;
      if (opened === 1) return route.fulfill({ contentType: 'text/event-stream', body: keepAlive });
      return isBack ? route.continue() : route.fulfill({ status: 503 });
    });
    await page.goto(await signInLink());
    await page.locator('#connection[data-state="reconnecting"]').waitFor();
    await acceptedEvent({ user_id: userId, event_id: 'evt', hrv_rmssd: 25, readiness_score: 65 });
    await waitUntil('the alert', async () => (await alertsOf(userId)).length > 0, {
      withinMs: 10_000,
      everyMs: 50,
    });

    const alerts = page.waitForResponse(/\/alerts\?/);
    isBack = true;
    await page.locator('#connection[data-state="live"]').waitFor();
    expect(JSON.stringify(await (await alerts).json())).toContain(userId);
    await page.locator(`[data-user="${userId}"][data-mode="reflex"]`).waitFor();
    await page.context().close();
  });

  it('lets a link be used once', async () => {
    const link = await signInLink();
    const first = await openPage(link);
    await first.page.locator('#dashboard:visible').waitFor();
    const second = await openPage(link);
    await second.page.locator('#signed-out:visible').waitFor();
    expect(await second.page.locator('#dashboard').isHidden()).toBe(true);
    await Promise.all([first.page.context().close(), second.page.context().close()]);
  });

  it('shows nothing of anybody to a visitor who is not signed in', async () => {
    const { page } = await openPage(`${system.edge}/`);
    await page.locator('#signed-out:visible').waitFor();
    expect(await page.locator('#people li').count()).toBe(0);
    await page.context().close();
  });
});
