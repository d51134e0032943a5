// Damaged rows: nobody else waits for them, nothing of theirs is overwritten, and operators see that there are some.
import { alertId } from '@bridge/contracts';
import type { Postgres } from '@bridge/postgres';
import { randomName, testMorning, testTime } from '@bridge/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNtfyReceiver } from './receivers/ntfy-receiver.ts';
import type { Receiver } from './receivers/start-receiver.ts';
import { createStoryWorld, until, type StoryWorld } from './story-world.ts';

const [ada, grace] = [randomName('canary-ada'), randomName('canary-grace')];
const ids = new Map<string, string>();
const idOf = (kind: string) => {
  const id = ids.get(kind) ?? alertId(randomName('e'), kind);
  ids.set(kind, id);
  return id;
};

let story: StoryWorld;
let phone: Receiver;
let database: Postgres;

beforeAll(async () => {
  story = await createStoryWorld();
  phone = story.use(await startNtfyReceiver());
  database = story.use(story.connectDatabase());
  await story.call('PUT', '/channels/phone', { kind: 'ntfy', settings: { url: phone.url, topic: 'phone' } });
  await story.call('PUT', '/budgets', { budgets: [] });
  await story.call('PUT', '/routes', {
    default: { channels: ['phone'], group: { wait_seconds: 0, interval_seconds: 0 } },
    routes: [],
    inhibitions: [],
    systems: {},
  });
}, 60_000);

afterAll(() => story.close());

const fire = (user_id: string, kind: string, given: object = {}) =>
  story.send({ user_id, kind, alert_id: idOf(kind), severity: 'warning', cause: kind, ...given });

const told = (count: number) =>
  until(`message ${String(count)}`, () => phone.requests.length >= count || undefined);

const metrics = async () => (await fetch(`${story.url()}/metrics`)).text();

/** The last byte belongs to the seal. */
const damage = (table: string, column: string, where: string, values: readonly unknown[]) =>
  database.query(
    `update ${table} set ${column} = set_byte(${column}, length(${column}) - 1,
       get_byte(${column}, length(${column}) - 1) # 1) where ${where}`,
    values,
  );

test('an episode that cannot be read holds up neither its person nor anybody else, and stays as it is', async () => {
  await fire(ada, 'rule.a1');
  await told(1);
  const key = Buffer.from(idOf('rule.a1'), 'hex');
  await damage('alerts.episodes', 'state', 'alert_id = $1', [key]);
  const [before] = await database.query('select state, version from alerts.episodes where alert_id = $1', [
    key,
  ]);

  await fire(ada, 'rule.a2');
  await told(2);
  await fire(grace, 'rule.g1');
  await told(3);
  await fire(ada, 'rule.a1', { status: 'resolved', at: testTime(60), cause: 'end' });
  await until(
    'the dead letter',
    async () =>
      (await metrics()).includes('alert_signals_total{outcome="deadLetter",reason="unreadable_episode"} 1') ||
      undefined,
  );
  expect(
    await database.query('select state, version from alerts.episodes where alert_id = $1', [key]),
  ).toEqual([before]);
  const { alerts } = (await story.call('GET', '/alerts')) as { alerts: { kind: string }[] };
  expect(alerts.map(({ kind }) => kind).sort()).toEqual(['rule.a2', 'rule.g1']);
  // What was told of it is remembered, for the time when it can be read again.
  const [group] = await database.query<{ kept: boolean }>(
    `select ledger -> 'alerts' ? $1 kept from alerts.notification_groups g
       join alerts.episodes e using (subject_id) where e.alert_id = $2`,
    [idOf('rule.a1'), key],
  );
  expect(group?.kept).toBe(true);
});

test('operators see that there are such rows', async () => {
  expect(await metrics()).toContain('alert_unreadable_rows_total{table="alerts.episodes"} 1');
  const health = (await (await fetch(`${story.url()}/health`)).json()) as { components: object };
  expect(health.components).toMatchObject({ stored_rows: 'degraded' });
  expect((await fetch(`${story.url()}/ready`)).status).toBe(200);
});

test('of a person whose notifications have another form nothing is remembered, and the person is told', async () => {
  const before = phone.requests.length;
  await database.query(
    `update alerts.notification_groups set ledger = '{"alerts": {"x": 1}}'
      where subject_id = (select subject_id from alerts.episodes where alert_id = $1)`,
    [Buffer.from(idOf('rule.g1'), 'hex')],
  );
  await fire(grace, 'rule.g2');
  await told(before + 1);
  expect(await metrics()).toContain('alert_unreadable_rows_total{table="alerts.notification_groups"} 1');
});

test('a message that cannot be read is given up, and the next one goes out', async () => {
  const before = phone.requests.length;
  const steps = 'delivery_id in (select delivery_id from alerts.delivery_steps where alert_id = $1)';
  const key = [Buffer.from(idOf('rule.a2'), 'hex')];
  await damage('alerts.deliveries', 'content', steps, key);
  await database.query(
    `update alerts.deliveries set status = 'pending', settled_at = null, due_at = now() where ${steps}`,
    key,
  );
  await fire(ada, 'rule.a3');
  await told(before + 1);
  await until('the message that was given up', async () => {
    const rows = await database.query<{ status: string }>(
      `select status from alerts.deliveries where ${steps}`,
      key,
    );
    return rows.every(({ status }) => status === 'refused') || undefined;
  });
  expect(await metrics()).toContain('alert_unreadable_rows_total{table="alerts.deliveries"} 1');
});

test('a silence that cannot be read is not in force, and stops nobody', async () => {
  const made = (await story.call('POST', '/silences', {
    match: { kind: ['rule.g3'] },
    ends_at: new Date(Math.max(Date.now(), testMorning) + 3_600_000).toISOString(),
    comment: 'a race',
  })) as { silence_id: string };
  await damage('alerts.silences', 'body', 'silence_id = $1', [made.silence_id]);
  await story.stopService();
  await story.startService();
  const before = phone.requests.length;
  await fire(grace, 'rule.g3');
  await told(before + 1);
  expect(await metrics()).toContain('alert_unreadable_rows_total{table="alerts.silences"} 1');
});
