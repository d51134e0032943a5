import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../local/wait-until.ts';
import { acceptedEvent, alertsOf, control, isReady, newUser, system } from '../system.ts';
import { openBrowser, untilLive } from './page.ts';
import { calmPerson } from './people.ts';

let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

const within = { withinMs: 20_000, everyMs: 50 };
const connected = (page: Page) => page.locator('#connection[data-state="live"]').waitFor({ timeout: 30_000 });

describe('the live stream', () => {
  it('resumes after the gateway was killed, says so, and misses nothing', async () => {
    const userId = await calmPerson();
    const { page, context } = await browser.signIn(`#/?q=${userId}`);
    await page.locator(`[data-user="${userId}"]`).waitFor();
    await acceptedEvent({ user_id: userId, event_id: 'before', heart_rate: 64 });
    await page.locator('#frames li', { hasText: userId }).first().waitFor({ state: 'attached' });

    await control('stream-gateway', 'kill');
    await page.locator('#connection[data-state="reconnecting"]').waitFor();
    expect(await page.locator('#continuity').textContent()).toContain('interrupted');
    await acceptedEvent({ user_id: userId, event_id: 'during', hrv_rmssd: 25, readiness_score: 65 });
    await waitUntil('the gateway', () => isReady('stream-gateway'), within);
    await connected(page);
    await page.locator(`[data-user="${userId}"][data-mode="reflex"]`).waitFor();
    await page.locator('#continuity', { hasText: 'nothing missed' }).waitFor({ state: 'attached' });
    const alerts = page.locator('#frames li[data-kind="alert"]', { hasText: userId });
    await alerts.first().waitFor({ state: 'attached' });
    expect(await alerts.count()).toBe(1);
    await context.close();
  });

  it('reads everything again where it could not resume, and says so', async () => {
    const userId = newUser();
    const { page, context } = await browser.visit(`${system.edge}/#/?q=${userId}`);
    let isBack = false;
    let opened = 0;
    // Only a keep-alive, then an end, then errors: after those a browser does not connect again by itself.
    const keepAlive = 'retry: 100\n\n: keep-alive\nid: v1-0.0\n\n';
    await page.addInitScript(() => {
      Object.assign(globalThis, { SharedWorker: undefined });
    });
    await page.route(/\/stream(\?|$)/, (route) => {
      opened += 1;
      if (opened === 1) return route.fulfill({ contentType: 'text/event-stream', body: keepAlive });
      return isBack ? route.continue() : route.fulfill({ status: 503 });
    });
    await page.reload();
    await page.getByRole('textbox', { name: 'API key' }).fill(system.masterKey);
    await page.keyboard.press('Enter');
    await page.locator('#connection[data-state="reconnecting"]').waitFor();
    await acceptedEvent({ user_id: userId, event_id: 'evt', hrv_rmssd: 25, readiness_score: 65 });
    await waitUntil('the alert', async () => (await alertsOf(userId)).length > 0, within);

    isBack = true;
    await untilLive(page);
    await page.locator('#continuity', { hasText: 'everything was reloaded' }).waitFor({ state: 'attached' });
    // The alert was raised while nothing came: only a reload can know of it.
    await page.locator(`[data-user="${userId}"]`, { hasText: '1 info' }).waitFor({ state: 'attached' });
    await context.close();
  });

  it('is one for six tabs and a seventh, over HTTP/1.1', async () => {
    const userId = await calmPerson();
    const { page, context } = await browser.signIn(`#/?q=${userId}`);
    const tabs = [page];
    for (let number = 2; number <= 7; number += 1) {
      const tab = await context.newPage();
      await tab.goto(`${system.edge}/#/?q=${userId}`);
      await untilLive(tab);
      tabs.push(tab);
    }
    await acceptedEvent({ user_id: userId, event_id: 'evt', hrv_rmssd: 25, readiness_score: 65 });
    for (const tab of tabs) await tab.locator(`[data-user="${userId}"][data-mode="reflex"]`).waitFor();
    await context.close();
  });

  it('is one for seven tabs without a SharedWorker too, and goes on when the tab that holds it is closed', async () => {
    const userId = await calmPerson();
    const { page, context } = await browser.visit(`${system.edge}/`);
    await context.addInitScript(() => {
      Object.assign(globalThis, { SharedWorker: undefined });
    });
    await page.reload();
    await page.getByRole('textbox', { name: 'API key' }).fill(system.masterKey);
    await page.keyboard.press('Enter');
    await untilLive(page);
    const others: Page[] = [];
    for (let number = 2; number <= 7; number += 1) {
      const tab = await context.newPage();
      await tab.goto(`${system.edge}/#/?q=${userId}`);
      await untilLive(tab);
      others.push(tab);
    }
    await page.close();
    await acceptedEvent({ user_id: userId, event_id: 'evt', hrv_rmssd: 25, readiness_score: 65 });
    for (const tab of others) await tab.locator(`[data-user="${userId}"][data-mode="reflex"]`).waitFor();
    await context.close();
  });
});
