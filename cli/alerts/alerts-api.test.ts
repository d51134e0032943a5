import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { runAlerts, startAlertsServer } from './test/alerts-server.ts';

let server: Awaited<ReturnType<typeof startAlertsServer>>;
beforeAll(async () => {
  server = await startAlertsServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers.clear();
  server.requests.length = 0;
});

const call = 'GET /alerts?status=firing&status=unconfirmed&limit=500';

it.each([
  [{ status: 401, body: { detail: 'The key is not known.' } }, 'The key is not valid there. Load .local/env'],
  [
    { status: 403, body: { detail: 'This needs the scope "alerts".' } },
    'This needs the scope "alerts". Set BRIDGE_API_KEY to another key',
  ],
  [{ status: 404, body: 'no JSON' }, 'That address is not known there. Check --url.'],
  [{ status: 409, body: { title: 'Alert ended', detail: 'The alert is over.' } }, '409 The alert is over.'],
  [
    { status: 503, headers: { 'retry-after': '5' }, body: { title: 'Service Unavailable' } },
    '503 Service Unavailable. Try again in 5 s.',
  ],
  [{ status: 500, body: '<html>' }, '500 Internal Server Error'],
  [{ status: 409, body: { detail: 'Over\u001b[2J\nthere' } }, '409 Over [2J there'],
  [{ status: 302, headers: { location: 'http://localhost/' }, body: '' }, '302 Found'],
  [{ body: '<html>' }, 'The answer has another form'],
  [{ body: { insights: [] } }, 'The answer has another form'],
  [{ body: null }, 'The answer has another form'],
])('%j is an error of one line', async (answer, words) => {
  server.answers.set(call, answer);
  const error = await server.run().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).toContain(words);
  expect(message).not.toContain('\n');
});

it('follows a next page only on the same server, which alone gets the key', async () => {
  const link = '<http://127.0.0.1:9/alerts?cursor=x>; rel="next"';
  server.answers.set(call, { body: { alerts: [] }, headers: { link } });
  server.answers.set('GET /alerts?cursor=x', { body: { alerts: [] } });
  expect((await server.run()).lines).toEqual(['No open alerts.']);
});

it('says what to do where nobody answers, and without a key', async () => {
  const other = await startAlertsServer();
  other.close();
  const gone = runAlerts({ AUREN_MASTER_API_KEY: 'k' }, ['--url', other.url]);
  await expect(gone).rejects.toThrow(
    `${other.url} cannot be reached. Run npm start, or name the address with --url.`,
  );
  await expect(runAlerts({}, [])).rejects.toThrow('No API key is set. Load .local/env');
  const nonsense = { AUREN_MASTER_API_KEY: 'k', BRIDGE_ALERTS_URL: 'nonsense' };
  await expect(runAlerts(nonsense, [])).rejects.toThrow('must be a URL with http or https.');
});

it('--url and --key win over the environment, the address of the service over that of the edge', async () => {
  server.answers.set(call, { body: { alerts: [] } });
  const env = { BRIDGE_EDGE_URL: 'http://127.0.0.1:9', AUREN_MASTER_API_KEY: 'from-env' };
  await runAlerts(env, ['list', '--url', server.url, '--key', 'given']);
  await runAlerts({ ...env, BRIDGE_ALERTS_URL: server.url }, []);
  expect(server.requests.map(({ key }) => key)).toEqual(['Bearer given', 'Bearer from-env']);
});

it.each([
  [['--url', 'localhost:8888'], 'It must be a URL with http or https.'],
  [['--severity', 'bad'], 'Allowed choices are critical, warning, info.'],
  [['nonsense'], 'too many arguments'],
  [['snooze', 'abcdef'], "required option '--for <minutes>' not specified"],
  [['snooze', 'abcdef', '--for', '0'], 'It must be a whole number from 1'],
])('%j is bad use', async (args, words) => {
  await expect(server.run(...args)).rejects.toThrow(words);
  expect(server.requests).toEqual([]);
});
