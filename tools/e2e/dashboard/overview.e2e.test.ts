import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptedEvent, newUser } from '../system.ts';
import { openBrowser } from './page.ts';
import { calmPerson, manyPeople, stressedPerson } from './people.ts';

let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

describe('the overview', () => {
  it('shows a person switch to reflex, live, with everything that happened', async () => {
    const userId = await calmPerson();
    const { page, context, complaints } = await browser.signIn(`#/?q=${userId}`);
    await page.locator(`[data-user="${userId}"][data-mode="pattern"]`).waitFor();
    await acceptedEvent({
      user_id: userId,
      event_id: 'evt',
      hrv_rmssd: 25,
      readiness_score: 65,
      body_temperature: 34,
    });

    await page.locator(`[data-user="${userId}"][data-mode="reflex"]`).waitFor();
    const rows = page.locator('#frames li', { hasText: userId });
    // Two rules fire.
    await rows.nth(3).waitFor({ state: 'attached' });
    const kinds = await Promise.all((await rows.all()).map((row) => row.getAttribute('data-kind')));
    expect(new Set(kinds)).toEqual(new Set(['alert', 'event', 'transition']));
    const strip = page.locator('#alerts li[data-severity="critical"]', { hasText: userId });
    await strip.waitFor({ state: 'attached' });
    expect(await strip.textContent()).toContain('34 °C');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('puts who is in most trouble first', async () => {
    const { prefix, userIds } = await manyPeople(6, () => ({ hrv_rmssd: 60, readiness_score: 90 }));
    const [, , third = ''] = userIds;
    await stressedPerson(third);
    const { page, context } = await browser.signIn(`#/?q=${prefix}`);
    const names = page.locator('[data-user]');
    await names.nth(5).waitFor();
    expect(await names.first().getAttribute('data-user')).toBe(third);
    // One click leads to the person, and their page says why.
    await names.first().click();
    await page.locator('#why').waitFor();
    await context.close();
  });

  it('puts a new person into the list, and finds them by a part of their id', async () => {
    const userId = newUser();
    const { page, context } = await browser.signIn();
    await page.locator('#search').fill(userId.slice(4));
    await page.getByText('Nobody matches').waitFor({ state: 'attached' });
    await acceptedEvent({ user_id: userId, event_id: 'evt', heart_rate: 61 });
    await page.locator(`[data-user="${userId}"]`).waitFor();
    await context.close();
  });

  it('counts by mode over all people, and filters on the server', async () => {
    const { prefix } = await manyPeople(500, (index) =>
      index % 5 === 0 ? { hrv_rmssd: 25, readiness_score: 65 } : { hrv_rmssd: 60, readiness_score: 90 },
    );
    const { page, context, complaints } = await browser.signIn(`#/?q=${prefix}`);
    const filter = page.getByRole('group', { name: 'Filter people' });
    await filter.getByRole('button', { name: 'Everybody 500' }).waitFor({ state: 'attached' });
    await filter.getByRole('button', { name: 'Reflex 100' }).waitFor({ state: 'attached' });
    // However many they are, a screenful is in the document.
    expect(await page.locator('[data-user]').count()).toBeLessThan(60);

    await filter.getByRole('button', { name: 'Reflex' }).click();
    await page.getByText('100 people in this list').waitFor({ state: 'attached' });
    await filter.getByRole('button', { name: 'Everybody' }).click();
    await page.getByRole('button', { name: 'By name' }).click();
    const last = page.locator(`[data-user="${prefix}_0499"]`);
    await expect
      .poll(
        async () => {
          await page.evaluate('scrollTo(0, document.body.scrollHeight)');
          return last.count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is used by keyboard alone', async () => {
    const { prefix } = await manyPeople(3, () => ({ heart_rate: 60 }));
    const { page, context } = await browser.signIn();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    const alerts = page.getByRole('heading', { name: 'Alerts', level: 1 });
    // The browser gives the focus back some time after the dialog is gone; a key before that goes nowhere.
    await expect
      .poll(
        async () => {
          await page.keyboard.press('g');
          await page.keyboard.press('a');
          return alerts.count();
        },
        { timeout: 20_000, interval: 1_000 },
      )
      .toBe(1);
    await page.keyboard.press('/');
    await page.locator('#search:focus').waitFor({ state: 'attached' });
    await page.keyboard.type(prefix);
    await page.locator(`[data-user="${prefix}_0002"]`).waitFor();
    await page.locator('[data-user]').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('.virtual li:nth-child(2) a:focus').waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await page.locator('[data-person]').waitFor({ state: 'attached' });
    await context.close();
  });
});
