import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, goTo, openBrowser } from './page.ts';

let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

const views = [
  ['the overview', '#/?q=x', /\/users\?/],
  ['a person', '#/people/ada', /\/users\/ada\/state/],
  ['the alerts', '#/alerts?show=resolved', /\/alerts\?/],
  ['the connections', '#/connections', /\/connections\?/],
  ['the pipeline', '#/pipeline', /\/pipeline$/],
  ['the keys', '#/settings/keys', /\/keys\?/],
  ['the audit', '#/settings/audit', /\/audit\?/],
] as const;

describe('what cannot be shown is said in words', () => {
  it.each(views)('of %s', async (_, place, path) => {
    const { page, context } = await browser.signIn();
    for (const [status, words] of [
      [404, 'Nothing here'],
      [403, 'may not see this'],
      [500, 'failed to answer'],
      [503, 'tries again by itself'],
    ] as const) {
      await page.route(path, (route) =>
        route.fulfill({ status, contentType: 'application/problem+json', body: '{}' }),
      );
      await goTo(page, '#/nowhere');
      await goTo(page, place);
      await page.getByRole('alert').filter({ hasText: words }).first().waitFor({ state: 'attached' });
      await page.unroute(path);
    }
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
  });
});
