// Chromium's EventSource, signed in by a one-time link; it comes back by itself.
import { launchBrowser } from '../../../../e2e/browser.ts';

const { STREAM_URL = '', API_KEY = '', COUNT = '0' } = process.env;
const stream = new URL(STREAM_URL);
const answer = await fetch(new URL('/session/links', stream), {
  method: 'POST',
  headers: { authorization: `Bearer ${API_KEY}` },
});
const { path } = (await answer.json()) as { path: string };
const browser = await launchBrowser();
const page = await browser.newPage();
await page.goto(new URL('/icon.svg', stream).href);
await page.exposeFunction('report', (line: string) => {
  if (line === 'following') console.error(line);
  else console.log(line);
});
// Text, so that it is the browser's own: this file has no DOM.
await page.evaluate(`(async () => {
  const link = ${JSON.stringify(path)}.split('=')[1];
  await fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ link }) });
  let left = ${Number(COUNT)};
  const source = new EventSource(${JSON.stringify(stream.pathname + stream.search)});
  source.addEventListener('snapshot', () => report('following'));
  await new Promise((resolve) => {
    source.addEventListener('event', async ({ data }) => {
      left -= 1;
      const isLast = left === 0;
      await report(JSON.parse(data).event_id);
      if (isLast) resolve();
    });
  });
})()`);
await browser.close();
process.exit(0);
