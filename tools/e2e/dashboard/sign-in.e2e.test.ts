import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '../system.ts';
import { axeFindings, keepScreenshot, openBrowser, signInLink, untilLive } from './page.ts';
import { send } from './people.ts';

let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

describe('signing in', () => {
  it('by a link shows the overview, and the link is gone from the address', async () => {
    const { page, context, complaints } = await browser.visit(await signInLink());
    await untilLive(page);
    await page.getByRole('heading', { name: 'Who needs somebody' }).waitFor({ state: 'attached' });
    expect(new URL(page.url()).hash).not.toContain('sign-in');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('lets a link be used once, and says that it lives ten minutes', async () => {
    const link = await signInLink();
    const first = await browser.visit(link);
    await untilLive(first.page);
    const second = await browser.visit(link);
    await second.page.locator('#signed-out').waitFor();
    expect(await second.page.locator('#signed-out').textContent()).toContain('ten minutes');
    expect(await second.page.getByRole('alert').textContent()).toContain('expired');
    await Promise.all([first.context.close(), second.context.close()]);
  });

  it('by an API key shows what its scopes allow, and a wrong key says so', async () => {
    const made = await send('POST', '/keys', { label: 'e2e dashboard', scopes: ['stream'] });
    const { key } = (await made.json()) as { key: string };
    const { page, context } = await browser.visit(`${system.edge}/`);
    await page.getByRole('textbox', { name: 'API key' }).fill('a key that nobody made');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('unknown, revoked or expired').waitFor({ state: 'attached' });

    await page.getByRole('textbox', { name: 'API key' }).fill(key);
    await page.keyboard.press('Enter');
    await untilLive(page);
    const entries = await page.getByRole('navigation', { name: 'Views' }).getByRole('link').allTextContents();
    expect(entries).toEqual(['Overview', 'Settings']);
    await context.close();
  });

  it('ends in every tab at once', async () => {
    const { page, context } = await browser.signIn();
    const other = await context.newPage();
    await other.goto(`${system.edge}/`);
    await untilLive(other);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('#signed-out').waitFor();
    await other.locator('#signed-out').waitFor();
    await context.close();
  });

  it('shows nothing of anybody to a visitor', async () => {
    const { page, context } = await browser.visit(`${system.edge}/`);
    await page.locator('#signed-out').waitFor();
    expect(await page.locator('[data-user]').count()).toBe(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeFindings(page)).toEqual([]);
      await keepScreenshot(page, `sign-in-${colorScheme}-desktop`);
    }
    await context.close();
  });
});
