import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../local/wait-until.ts';
import { acceptedEvent } from '../system.ts';
import { openBrowser } from './page.ts';
import { askedPerson, calmPerson, measuredPerson, questionsOf, stressedPerson } from './people.ts';

let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

const attached = { state: 'attached' } as const;

describe('the page of a person', () => {
  it('says why, and a switch explains itself on a click', async () => {
    const userId = await stressedPerson();
    const { page, context, complaints } = await browser.signIn(`#/people/${userId}`);
    await page.locator('.summary[data-mode="reflex"]').waitFor();
    expect(await page.locator('#why').textContent()).toContain('25');
    await page.locator('.timeline button').last().waitFor(attached);
    await page.locator('.timeline button').last().click();
    const dialog = page.getByRole('dialog', { name: 'Why this was decided' });
    await dialog.locator('#sentences li').first().waitFor(attached);
    expect(await dialog.textContent()).toContain('with the same result');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('charts what was measured, with its device, at every zoom', async () => {
    const userId = await measuredPerson();
    const { page, context, complaints } = await browser.signIn(`#/people/${userId}`);
    for (const metric of ['hrv_rmssd', 'heart_rate', 'respiratory_rate', 'body_temperature', 'steps'])
      await page.locator(`[data-metric="${metric}"] canvas`).first().waitFor(attached);
    expect(await page.locator('.chart[data-metric="heart_rate"] .devices').textContent()).toContain('Oura');
    for (const range of ['1 week', '1 month', '1 year']) {
      await page.getByRole('group', { name: 'Time shown' }).getByRole('button', { name: range }).click();
      await page.locator('.chart[data-metric="heart_rate"] canvas').waitFor(attached);
    }
    await page.getByRole('button', { name: '← Earlier' }).click();
    await page
      .locator('.chart[data-metric="heart_rate"]', { hasText: 'Nothing was measured' })
      .waitFor(attached);
    await page.getByRole('button', { name: 'Now' }).click();
    await page.locator('.chart[data-metric="heart_rate"] canvas').waitFor(attached);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows a new reading without a reload', async () => {
    const userId = await calmPerson();
    const { page, context } = await browser.signIn(`#/people/${userId}`);
    await page.locator('tr[data-metric="hrv_rmssd"]').waitFor(attached);
    await acceptedEvent({ user_id: userId, event_id: 'later', heart_rate: 73 });
    await page.locator('tr[data-metric="heart_rate"]', { hasText: '73' }).waitFor(attached);
    await context.close();
  });

  it('asks an open question, and an answer settles it', async () => {
    const userId = await askedPerson();
    const { page, context, complaints } = await browser.signIn(`#/people/${userId}`);
    const question = page.locator('[data-hypothesis]');
    await question.waitFor(attached);
    await question.getByRole('button', { name: 'I feel fine' }).click();
    await question.waitFor({ state: 'detached' });
    await waitUntil('the answer', async () => (await questionsOf(userId)).length === 0, { withinMs: 10_000 });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('says in words that somebody is not known', async () => {
    const { page, context } = await browser.signIn('#/people/nobody-of-that-name');
    await page.getByRole('alert').first().waitFor(attached);
    expect(await page.getByRole('alert').first().textContent()).toContain('Nothing here');
    await context.close();
  });
});
