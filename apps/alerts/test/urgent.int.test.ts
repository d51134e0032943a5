import { alertId } from '@bridge/contracts';
import { randomName, testTime } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, startReceiver, type Receiver } from './receivers/start-receiver.ts';
import { createStoryWorld, until, type StoryWorld } from './story-world.ts';

const secret = `whsec_${Buffer.from('a secret of the webhook receiver').toString('base64')}`;

let story: StoryWorld;
let receiver: Receiver;

beforeAll(async () => {
  story = await createStoryWorld();
  receiver = story.use(await startReceiver(() => ({ status: 204 })));
  await story.call('PUT', '/channels/first', {
    kind: 'webhook',
    settings: { url: receiver.url, secrets: [secret] },
    fit_for_health_data: true,
  });
}, 60_000);

afterAll(() => story.close());

type Alert = { alert_id: string; reason: string; details: { kind: string } };
type Told = Alert & { readonly at: number; readonly status: number | null };

function told(matches: (alert: Alert) => boolean): Told[] {
  return receiver.requests.flatMap((request) => {
    const { data, timestamp } = jsonOf(request) as { timestamp: string; data: { alerts: Alert[] } };
    const at = Date.parse(timestamp);
    return data.alerts.filter(matches).map((alert) => ({ ...alert, at, status: request.status }));
  });
}

const about = (alert: string) => told(({ alert_id }) => alert_id === alert);
const accepted = (alert: string) => about(alert).find(({ status }) => status === 204);

let count = 0;
async function fire(severity: 'critical' | 'warning', given: Parameters<StoryWorld['send']>[0] = {}) {
  count += 1;
  const kind = given.kind ?? 'rule.pulse_high';
  const alert_id = given.alert_id ?? alertId(String(count).padStart(32, '0'), kind);
  const user_id = given.user_id ?? randomName('urgent');
  const cause = `${alert_id} ${String(count)}`;
  await story.send({ at: testTime(count), ...given, alert_id, user_id, kind, severity, cause });
  return { alert_id, user_id };
}

/** A critical alert is told at once; when it has come, the routes are in force. */
async function route(group: object): Promise<void> {
  await story.call('PUT', '/routes', {
    default: { channels: ['first'], group },
    routes: [],
    inhibitions: [],
    systems: {},
  });
  const { alert_id } = await fire('critical');
  await until('the routes apply', () => accepted(alert_id));
}

test('a group waits once, from the signal on', async () => {
  const waitMs = 4_000;
  await route({ wait_seconds: waitMs / 1_000, interval_seconds: 1 });
  const sentAt = Date.now();
  const { alert_id } = await fire('warning');
  const [first] = await until('the warning', () => (accepted(alert_id) ? about(alert_id) : undefined));
  const detail = (await story.call('GET', `/alerts/${alert_id}`)) as { version: number };
  expect(detail.version).toBe(1);
  const waitedMs = (first?.at ?? 0) - sentAt;
  expect(waitedMs).toBeGreaterThanOrEqual(waitMs);
  // Twice the wait would be a wait of the planner, and then one of the group.
  expect(waitedMs).toBeLessThan(2 * waitMs);
}, 60_000);

test('a critical alert does not wait for the next try of what failed before it', async () => {
  await route({ wait_seconds: 0, interval_seconds: 0 });
  receiver.behave({ status: 500 });
  const { alert_id: failed, user_id } = await fire('warning');
  await until('the failure', () => about(failed)[0]);
  const { alert_id: second } = await fire('warning', { user_id, kind: 'rule.respiration' });
  await until('another failure', () => about(second)[0]);
  receiver.behave(undefined);
  const sentAt = Date.now();
  const { alert_id: other } = await fire('critical', { user_id, kind: 'rule.spo2_low' });
  await until('the critical alert', () => accepted(other));
  // The alert that failed turns critical: its first message is tried at once, so that the second can follow.
  await fire('critical', { alert_id: failed, user_id });
  await until('the raised alert', () =>
    about(failed).some(({ reason }) => reason === 'raised') ? true : undefined,
  );
  expect(
    about(failed)
      .filter(({ status }) => status === 204)
      .map(({ reason }) => reason),
  ).toEqual(['fired', 'raised']);
  expect(accepted(second)).toBeUndefined();
  // The shortest pause before a second try.
  expect(Date.now() - sentAt).toBeLessThan(5_000);
}, 60_000);

test('an unanswered alert is told to operators who are due in the same pass', async () => {
  await route({ wait_seconds: 0, interval_seconds: 0 });
  const { alert_id: operators } = await fire('critical', {
    user_id: 'bridge:operators',
    kind: 'connection.token',
    source: 'webhook-ingest',
  });
  const { alert_id } = await fire('critical');
  await until('both', () => (accepted(operators) && accepted(alert_id) ? true : undefined));
  await story.stopService();
  const database = story.connectDatabase();
  // As after an outage: the last step is long over, and everybody is due.
  await database.query(
    `update alerts.notification_groups
        set due_at = now(), ledger = regexp_replace(ledger::text, '"due": [0-9]+', '"due": 1', 'g')::jsonb`,
  );
  await database.close();
  await story.startService();
  await until('operators', () => told(({ details }) => details.kind === 'pipeline.unanswered')[0]);
}, 60_000);
