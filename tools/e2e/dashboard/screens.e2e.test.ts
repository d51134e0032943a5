import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertsOf } from '../system.ts';
import { axeFindings, goTo, keepScreenshot, openBrowser } from './page.ts';
import { askedPerson, measuredPerson, stressedPerson } from './people.ts';

let browser: Awaited<ReturnType<typeof openBrowser>>;
/** Name, place, and what is there once the view is complete. */
let views: (readonly [name: string, place: string, complete: string])[];

beforeAll(async () => {
  browser = await openBrowser();
  const person = await measuredPerson();
  await stressedPerson(person);
  const asked = await askedPerson();
  const [alert] = await alertsOf(person);
  views = [
    ['overview', '#/', '[data-user]'],
    ['person', `#/people/${person}`, '[data-metric="steps"] canvas'],
    ['person-month', `#/people/${person}?range=1m`, '[data-metric="steps"] canvas'],
    ['question', `#/people/${asked}`, '[data-hypothesis]'],
    ['alerts', '#/alerts', '#open-alerts > li'],
    ['alert', `#/alerts/${alert?.alert_id ?? ''}`, '#alert-history li'],
    ['silences', '#/alerts?show=silences', '.alerts-page .notice, .alerts-page table'],
    ['connections', '#/connections', '.connections-page .notice, [data-connection]'],
    ['pipeline', '#/pipeline', '.pipeline-page table'],
    ['settings-profile', '#/settings/profile', '.panel'],
    ['settings-page', '#/settings/page', '.panel'],
    ['settings-routes', '#/settings/routes', '.route-tree'],
    ['settings-channels', '#/settings/channels', '.panel table, .panel .notice'],
    ['settings-keys', '#/settings/keys', '.panel table, .panel .notice'],
    ['settings-audit', '#/settings/audit', '.panel table'],
  ];
}, 120_000);
afterAll(() => browser[Symbol.asyncDispose]());

const looks = [
  ['light', 'desktop', { width: 1280, height: 900 }],
  ['dark', 'desktop', { width: 1280, height: 900 }],
  ['light', 'phone', { width: 390, height: 844 }],
  ['dark', 'phone', { width: 390, height: 844 }],
] as const;

describe.each(looks)('every view, %s on a %s', (colorScheme, device, size) => {
  it('is found faultless by axe, and fits the width', { timeout: 120_000 }, async () => {
    const { page, context, complaints } = await browser.signIn('#/', { ...size, colorScheme });
    const findings: string[] = [];
    for (const [name, place, complete] of views) {
      await goTo(page, place);
      await page.locator(complete).first().waitFor({ state: 'attached' });
      findings.push(...(await axeFindings(page)).map((finding) => `${name}: ${finding}`));
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (overflow > 0) findings.push(`${name}: ${overflow} px wider than the screen`);
      await keepScreenshot(page, `${name}-${colorScheme}-${device}`);
    }
    // One row of a list stands for all of them.
    expect([...new Set(findings)].slice(0, 20)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('on a phone', () => {
  it('the alerts come first', async () => {
    const { page, context } = await browser.signIn('#/', { width: 390, height: 844 });
    await page.locator('[data-user]').first().waitFor();
    const top = async (selector: string) => (await page.locator(selector).boundingBox())?.y ?? NaN;
    expect(await top('#alerts')).toBeLessThan(await top('.people'));
    await context.close();
  });
});
