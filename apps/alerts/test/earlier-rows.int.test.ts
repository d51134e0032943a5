// Rows of alerts.episodes from before deliveries: their sealed columns are `evidence` and `details`, and `state` is null.
import { readFileSync } from 'node:fs';
import { alertId, type AlertDetail, type AlertList } from '@bridge/contracts';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { randomName, silentLog, testTime } from '@bridge/testing';
import { sealWith, type LiveSubject } from '@bridge/vault';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personOf } from './delivery-world.ts';
import { startNtfyReceiver } from './receivers/ntfy-receiver.ts';
import type { Receiver } from './receivers/start-receiver.ts';
import { openVault } from './start-alerts.ts';
import { createStoryWorld, until, type StoryWorld } from './story-world.ts';

const user = randomName('canary-user');
const id = alertId('d'.repeat(32), 'rule.pulse_high');

let story: StoryWorld;
let postgres: Postgres;
let phone: Receiver;

beforeAll(async () => {
  story = await createStoryWorld();
  phone = story.use(await startNtfyReceiver());
  const connection = { url: story.world.databaseUrl, max: 2, applicationName: 'earlier-rows-test' };
  postgres = story.use(connectPostgres(connection, { log: silentLog, metrics: new Registry() }));
  await story.call('PUT', '/channels/phone', { kind: 'ntfy', settings: { url: phone.url, topic: 'phone' } });
  await story.call('PUT', '/routes', {
    default: { channels: ['phone'], group: { wait_seconds: 0, interval_seconds: 0 } },
    routes: [],
    inhibitions: [],
    systems: {},
  });
}, 60_000);
afterAll(() => story.close());

async function writeEarlierRow(person: LiveSubject): Promise<void> {
  const sealed = (column: string, value: object) =>
    sealWith(person.key, JSON.stringify(value), {
      table: 'alerts.episodes',
      column,
      row: id,
      subject: person.subjectId,
    });
  await postgres.query(
    `insert into alerts.episodes (alert_id, subject_id, kind, status, severity, opened_at, updated_at, version, source,
                                  evidence, details, seq, place)
     values ($1, $2, 'rule.pulse_high', 'firing', 'warning', $3, $3, 3, 'cognition', $4, $5, 7, 0)`,
    [
      Buffer.from(id, 'hex'),
      person.subjectId,
      testTime(),
      sealed('evidence', { rules: ['pulse_high'], readings: [] }),
      sealed('details', { summary: 'Pulse 141.', advice: 'Rest.' }),
    ],
  );
}

/** The statement of the migration, on rows that it would have met. */
async function makeDueAsTheMigrationDoes(): Promise<void> {
  const file = new URL('../../../deploy/migrations/0023_alert-delivery.sql', import.meta.url);
  const [statement] =
    /^insert into alerts\.notification_groups[^;]+;/m.exec(readFileSync(file, 'utf8')) ?? [];
  if (statement === undefined) throw new Error('the migration makes nobody due');
  await postgres.query(statement);
}

test('an alert from before is read, told, and changed into a row of today', async () => {
  await writeEarlierRow(await personOf(openVault(postgres.query), user));
  const list = (await story.call('GET', `/alerts?user_id=${user}`)) as AlertList;
  expect(list.alerts).toMatchObject([{ alert_id: id, status: 'firing', summary: 'Pulse 141.', version: 3 }]);

  await makeDueAsTheMigrationDoes();
  await until('the notification', () => phone.requests[0]);

  await story.call('POST', `/alerts/${id}/acknowledge`);
  const detail = (await story.call('GET', `/alerts/${id}`)) as AlertDetail;
  expect(detail).toMatchObject({ version: 4, summary: 'Pulse 141.', evidence: { rules: ['pulse_high'] } });
  expect(detail.acknowledged).toMatchObject({ by: 'key:AUREN_MASTER_API_KEY' });
  const rows = await postgres.query(
    'select evidence, details, seq, state is not null "hasState" from alerts.episodes where alert_id = $1',
    [Buffer.from(id, 'hex')],
  );
  expect(rows).toEqual([{ evidence: null, details: null, seq: null, hasState: true }]);
});
