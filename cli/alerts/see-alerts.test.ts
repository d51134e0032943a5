import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { buildAlert, buildDelivery } from './test/alert-documents.ts';
import { key, startAlertsServer } from './test/alerts-server.ts';

let server: Awaited<ReturnType<typeof startAlertsServer>>;
beforeAll(async () => {
  server = await startAlertsServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers.clear();
  server.requests.length = 0;
});

const open = '/alerts?status=firing&status=unconfirmed';
const everywhere = '/alerts?limit=500';

it('lists open alerts, the most urgent first, over all pages', async () => {
  const acknowledged = { by: 'key_1', at: '2026-03-01T11:00:00.000Z', until: '2026-03-01T13:00:00.000Z' };
  server.answers.set(`GET ${open}&limit=500`, {
    body: {
      alerts: [
        buildAlert('aaaaaa11', { opened_at: '2026-03-01T11:00:00.000Z', title: 'Please take a break' }),
        buildAlert('bbbbbb22', { severity: 'critical', user_id: 'bob', acknowledged }),
      ],
    },
    headers: { link: '</alerts?cursor=x>; rel="next"' },
  });
  server.answers.set('GET /alerts?cursor=x', {
    body: {
      alerts: [
        buildAlert('cccccc33', {
          status: 'unconfirmed',
          unconfirmed_since: '2026-03-01T09:00:00.000Z',
          summary: 'Pulse 150',
        }),
        buildAlert('dddddd44', {
          severity: 'critical',
          hold: {
            reason: 'quiet_hours',
            since: '2026-03-01T09:00:00.000Z',
            until: '2026-03-01T13:00:00.000Z',
          },
        }),
      ],
    },
  });
  const { lines } = await server.run();
  expect(lines).toEqual([
    'id        severity  kind        person  since                 state',
    'dddddd44  critical  pulse high  ada     2026-03-01 10:00:00Z  firing, held back: quiet hours until 2026-03-01 13:00:00Z',
    'bbbbbb22  critical  pulse high  bob     2026-03-01 10:00:00Z  firing, acknowledged until 2026-03-01 13:00:00Z',
    'cccccc33  warning   pulse high  ada     2026-03-01 10:00:00Z  no data since 2026-03-01 09:00:00Z                         Pulse 150',
    'aaaaaa11  warning   pulse high  ada     2026-03-01 11:00:00Z  firing                                                     Please take a break',
  ]);
  expect(server.requests.map((one) => one.key)).toEqual([`Bearer ${key}`, `Bearer ${key}`]);
});

it('hands every filter on, and prints one line of JSON', async () => {
  const call =
    'GET /alerts?user_id=ada&severity=critical&severity=warning&kind=rule.x&hold=budget&acknowledged=false&limit=500';
  const alert = buildAlert('aaaaaa');
  server.answers.set(call, { body: { alerts: [alert] } });
  const args = ['--user', 'ada', '--severity', 'critical', 'warning', '--kind', 'rule.x', '--hold', 'budget'];
  const { lines } = await server.run('list', ...args, '--unacknowledged', '--all', '--json');
  expect(lines).toEqual([JSON.stringify({ alerts: [alert] })]);
});

it('says that there is nothing, and that there is more than was read', async () => {
  server.answers.set(`GET ${open}&limit=500`, { body: { alerts: [] } });
  expect((await server.run()).lines).toEqual(['No open alerts.']);
  const link = { link: '</alerts?cursor=x>; rel="next"' };
  server.answers.set(`GET ${open}&limit=1`, { body: { alerts: [buildAlert('aaaaaa')] }, headers: link });
  server.answers.set('GET /alerts?cursor=x', { body: { alerts: [buildAlert('bbbbbb')] } });
  const { lines, logged } = await server.run('--limit', '1', '--json');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ alerts: [{ alert_id: 'aaaaaa'.padEnd(32, '0') }] });
  expect(logged.map(({ message }) => message)).toEqual([
    expect.stringContaining('Only the newest 1 were read'),
  ]);
});

it('lets no text of an alert move the cursor', async () => {
  const summary = 'Pulse\u001b[2J\r\n150\u202e';
  server.answers.set(`GET ${open}&limit=500`, { body: { alerts: [buildAlert('aaaaaa', { summary })] } });
  const { lines } = await server.run();
  expect(lines[1]).toMatch(/ {2}Pulse \[2J 150$/);
});

it('shows one alert by the beginning of its id', async () => {
  const alert = buildAlert('4f0c2a11', {
    severity: 'critical',
    title: 'Please check how you feel',
    summary: 'Pulse 190 at rest',
    transition_id: 'e'.repeat(32),
    evidence: {
      rules: ['pulse_high'],
      readings: [
        {
          metric: 'heart_rate',
          value: 190,
          unit: '/min',
          at: '2026-03-01T10:00:00Z',
          threshold: 180,
          usual: 62,
        },
      ],
    },
  });
  const history = [
    {
      change: 'fired',
      at: alert.opened_at,
      from: null,
      to: 'firing',
      severity: 'warning',
      summary: 'Pulse 150',
    },
    {
      change: 'acknowledged',
      at: alert.updated_at,
      from: 'firing',
      to: 'firing',
      severity: 'critical',
      by: 'key_1',
    },
  ];
  const failed = buildDelivery('90ab12', {
    status: 'pending',
    attempts: [
      {
        attempt: 2,
        started_at: '2026-03-01T10:00:30Z',
        ended_at: null,
        result: 'failed',
        reason: 'server_error',
        http_status: 500,
      },
    ],
  });
  server.answers.set(`GET ${everywhere}`, { body: { alerts: [buildAlert('4f0c2b'), alert] } });
  server.answers.set(`GET /alerts/${alert.alert_id}`, {
    body: {
      ...alert,
      history,
      deliveries: [failed],
      decision: { transition_id: alert.transition_id },
    },
  });
  const { lines } = await server.run('show', '4F0C2A');
  const text = lines.join('\n');
  expect(lines[0]).toBe('critical: pulse high of ada, firing');
  expect(text).toContain(
    'measured      heart rate 190 /min at 2026-03-01 10:00:00Z (threshold 180, usual 62)',
  );
  expect(text).toContain('2026-03-01 10:05:00Z  acknowledged  critical  key_1');
  expect(text).toMatch(/90ab1200 {2}phone {4}pending.* {2}4f0c2a00 fired {2}2: failed \(server error, 500\)/);
  expect(lines.at(-1)).toBe(`Why it was raised: npm run bridge -- explain ${'e'.repeat(32)}`);
  const json = await server.run('show', alert.alert_id, '--json');
  expect(JSON.parse(json.lines.join(''))).toMatchObject({
    alert_id: alert.alert_id,
    history,
    deliveries: [failed],
  });
});

it('refuses an id that is short, unknown or the beginning of several', async () => {
  server.answers.set(`GET ${everywhere}`, {
    body: { alerts: [buildAlert('4f0c2a1'), buildAlert('4f0c2a2')] },
  });
  await expect(server.run('show', '4f0c2')).rejects.toThrow('first 6 or more hex digits');
  await expect(server.run('show', 'abcdef')).rejects.toThrow(
    'No alert begins with abcdef. See npm run bridge -- alerts --all.',
  );
  await expect(server.run('show', '4f0c2a')).rejects.toThrow('2 ids begin with 4f0c2a');
});

it('counts per kind, of the last days', async () => {
  const call = 'GET /statistics?from=2026-02-22T12%3A00%3A00.000Z&to=2026-03-01T12%3A00%3A00.000Z';
  const counted = { kind: 'rule.pulse_high', fired: 12, critical: 2, acknowledged: 9, resolved_by_hand: 1 };
  const judged = { median_seconds_to_acknowledge: 240, useful: 3, not_useful: 1, useful_share: 0.75 };
  server.answers.set(call, { body: { from: '', to: '', kinds: [{ ...counted, ...judged }] } });
  expect((await server.run('statistics', '--days', '7')).lines).toEqual([
    'kind        fired  critical  acknowledged  median after  resolved by hand  useful',
    'pulse high  12     2         9             4 min         1                 75 % (3 of 4)',
  ]);
});

it("shows a person's budget", async () => {
  const budget = { severity: 'warning', alerts: 4, days: 30, used: 3, left: 1 };
  server.answers.set('GET /budgets?user_id=ada', { body: { budgets: [budget] } });
  expect((await server.run('budget', '--user', 'ada')).lines).toEqual([
    'severity  alerts  days  used  left',
    'warning   4       30    3     1',
  ]);
});
