import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../local/wait-until.ts';
import { alertsOf, getFromEdge } from '../system.ts';
import { openBrowser } from './page.ts';
import { manyPeople, stressedPerson } from './people.ts';

let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

const attached = { state: 'attached' } as const;
const within = { withinMs: 20_000, everyMs: 200 };

describe('the alerts', () => {
  it('shows every one of 60 open alerts', async () => {
    const { prefix } = await manyPeople(60, () => ({ hrv_rmssd: 25, readiness_score: 65 }));
    await waitUntil('60 alerts', async () => (await openOf(prefix)) >= 60, within);
    const { page, context, complaints } = await browser.signIn('#/alerts');
    const rows = page.locator('#open-alerts > li', { hasText: prefix });
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(60);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('acknowledges, and whoever looks elsewhere sees it at once', async () => {
    const userId = await stressedPerson();
    const [here, there] = await Promise.all([browser.signIn('#/alerts'), browser.signIn('#/alerts')]);
    const row = here.page.locator('#open-alerts > li', { hasText: userId });
    await row.getByRole('button', { name: /^Acknowledge/ }).click();
    await row.getByText('takes care of it').waitFor(attached);
    await there.page
      .locator('#open-alerts > li', { hasText: userId })
      .getByText('takes care of it')
      .waitFor(attached);
    expect(await alertsOf(userId)).toMatchObject([{ acknowledged: { until: null } }]);
    expect(here.complaints).toEqual([]);
    await Promise.all([here.context.close(), there.context.close()]);
  });

  it('snoozes, judges, silences and resolves', async () => {
    const userId = await stressedPerson();
    const { page, context, complaints } = await browser.signIn('#/alerts');
    const row = page.locator('#open-alerts > li', { hasText: userId });
    await row.getByRole('button', { name: /^Snooze 1 h/ }).click();
    await row.getByText(/until/).first().waitFor(attached);
    await row.getByRole('button', { name: /^Useful/ }).click();
    await page.locator('.announcement', { hasText: 'judged useful' }).waitFor(attached);

    await row.getByRole('button', { name: /^Silence/ }).click();
    await page.getByLabel('Why').fill(`a test of ${userId}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Silence' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await (await getFromEdge('/silences')).text()).toContain(userId);

    await row.getByRole('button', { name: /^Resolve/ }).click();
    await page.getByLabel('Comment (optional)').fill('seen');
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await row.waitFor({ state: 'detached' });
    expect(await alertsOf(userId)).toMatchObject([{ status: 'resolved', comment: 'seen' }]);

    await page.getByRole('button', { name: 'Silences' }).click();
    await page.getByRole('button', { name: `End the silence: a test of ${userId}` }).click();
    await page.getByText(`a test of ${userId}`).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows the history of one, its values and whom it was told', async () => {
    const userId = await stressedPerson();
    const { page, context, complaints } = await browser.signIn('#/alerts');
    await page.locator('#open-alerts > li', { hasText: userId }).locator('a.kind').click();
    await page.locator('#alert-history li').first().waitFor(attached);
    await page.getByRole('heading', { name: 'Who was told' }).waitFor(attached);
    expect(await page.getByRole('table', { name: 'The values behind it' }).textContent()).toContain('25 ms');
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** Open alerts of the people with this prefix. */
async function openOf(prefix: string): Promise<number> {
  let number = 0;
  for (let next: string | null = ''; next !== null;) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const response = await getFromEdge(`/alerts?status=firing&limit=500${cursor}`);
    const page = (await response.json()) as { alerts: { user_id: string }[]; next: string | null };
    number += page.alerts.filter(({ user_id }) => user_id.startsWith(prefix)).length;
    ({ next } = page);
  }
  return number;
}
