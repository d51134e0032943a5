import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../local/wait-until.ts';
import { createVendorAccount, connectTo } from '../vendor-account.ts';
import { getFromEdge, newUser } from '../system.ts';
import { openBrowser } from './page.ts';
import { calmPerson, send } from './people.ts';

let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

const attached = { state: 'attached' } as const;

describe('the connections', () => {
  it('show the state of each, and fetch what is missing', async () => {
    const userId = newUser();
    await connectTo(await createVendorAccount('whoop'), userId);
    const { page, context, complaints } = await browser.signIn('#/connections');
    await page.getByLabel('Filter by person').fill(userId);
    const entry = page.locator('[data-connection]', { hasText: userId });
    await entry.waitFor();
    expect(await entry.getAttribute('data-state')).toBe('active');
    expect(await entry.textContent()).toMatch(/Last notice.*Requests left/);
    await entry.getByRole('button', { name: /^Fetch what is missing/ }).click();
    await page.locator('.announcement', { hasText: 'A job looks' }).waitFor(attached);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('the pipeline', () => {
  it('shows lag, dead letters, outboxes, jobs and the services', async () => {
    const { page, context, complaints } = await browser.signIn('#/pipeline');
    await page.getByRole('table', { name: /has not read yet/ }).waitFor(attached);
    for (const name of ['Lag', 'Dead letters', 'Outboxes', 'Jobs'])
      await page.getByRole('heading', { name, exact: true }).waitFor(attached);
    expect(await page.getByRole('list', { name: 'Services' }).textContent()).toContain('stream-gateway');
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('the settings', () => {
  it('change a profile', async () => {
    const userId = await calmPerson();
    await send('PUT', `/users/${userId}/profile`, { language: 'de' });
    const { page, context, complaints } = await browser.signIn(`#/settings/profile?user=${userId}`);
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.announcement', { hasText: 'saved' }).waitFor(attached);
    const profile = async () => await (await getFromEdge(`/users/${userId}/profile`)).json();
    expect(await profile()).toEqual({ language: 'de', time_zone: 'Europe/Berlin' });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('make a key that is shown once, and revoke it', async () => {
    const label = newUser();
    const { page, context, complaints } = await browser.signIn('#/settings/keys');
    await page.getByText('Make a key').click();
    await page.getByLabel('Label').fill(label);
    await page.getByRole('checkbox', { name: /^stream/ }).check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    const shown = page.locator('#new-key');
    await shown.waitFor(attached);
    expect((await shown.textContent())?.length).toBeGreaterThan(20);
    await page.getByRole('button', { name: `Revoke ${label}` }).click();
    await page.getByRole('row', { name: label }).getByText('revoked').waitFor(attached);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('show who looked at somebody', async () => {
    const userId = await calmPerson();
    const looked = await browser.signIn(`#/people/${userId}`);
    await looked.page.locator('#why').waitFor(attached);
    await waitUntil('the person', async () => (await getFromEdge(`/users/${userId}/state`)).ok, {
      withinMs: 5_000,
    });
    const { page, context, complaints } = await browser.signIn(`#/settings/audit?user_id=${userId}`);
    await page
      .getByRole('table', { name: /^Accesses/ })
      .getByText(userId)
      .first()
      .waitFor(attached);
    expect(complaints).toEqual([]);
    await Promise.all([context.close(), looked.context.close()]);
  });

  it('show where alerts go, and test a channel', async () => {
    const { page, context, complaints } = await browser.signIn('#/settings/routes');
    await page.getByText('Everything else').waitFor(attached);
    await page.getByRole('link', { name: 'Channels' }).click();
    await page.getByRole('heading', { name: 'Channels' }).waitFor(attached);
    await page.getByText('Change the routes').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await context.close();
  });
});
