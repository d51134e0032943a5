import { randomBytes } from 'node:crypto';
import { deliveryId } from '@bridge/contracts';
import { connectPostgres, type Postgres, type Statement } from '@bridge/postgres';
import { createTestDatabase, randomName, silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertDeliveries } from '../src/deliveries/rows/delivery-writes.ts';
import { createAlertReader } from '../src/episodes/rows/alert-reader.ts';
import { writeEpisodes } from '../src/episodes/rows/episode-rows.ts';
import { createPlanDueGroups } from '../src/notifications/plan-due-groups.ts';
import { makeGroupsDue } from '../src/notifications/rows/due-groups.ts';
import { createDueGroups } from '../src/notifications/rows/group-rows.ts';
import { buildNotification } from './build-notification.ts';
import { after, fires } from './episode-story.ts';
import { noneUnreadable, openVault } from './start-alerts.ts';

const phone = {
  active: true,
  oneAlertAtATime: false,
  subjectId: null,
  fitForHealthData: true,
  readByPeople: false,
};

let postgres: Postgres;
let closeDatabase: () => Promise<void> | void;

beforeAll(async () => {
  const database = await createTestDatabase();
  closeDatabase = () => database.close();
  postgres = connectPostgres(
    { url: database.urlFor('alerts'), max: 5, applicationName: 'alerts-test' },
    { log: silentLog, metrics: new Registry() },
  );
});

afterAll(async () => {
  await postgres.close();
  await closeDatabase();
});

const run = ({ text, values }: Statement) => postgres.query(text, [...values]);
const { at: firedAt } = fires('08:00');
const now = firedAt + 60_000;

async function firingPerson(severity: 'critical' | 'warning', until: number | null = null) {
  const userId = randomName('canary-user');
  const person = (await openVaultOnce().subjectsFor([userId])).get(userId);
  if (person === undefined || person.erased) throw new Error('the person was not stored');
  const alert_id = randomBytes(16).toString('hex');
  const fired = after(fires('08:00', { user_id: userId, alert_id, severity }));
  const episode =
    until === null ? fired : { ...fired, acknowledged: { by: 'key:clinic', at: firedAt, until } };
  await run(writeEpisodes([{ episode, fromVersion: 0, person }]));
  return { person, episode, userId };
}

let vault: ReturnType<typeof openVault> | undefined;
const openVaultOnce = () => (vault ??= openVault(postgres.query));

test('one whose delivery cannot be written is postponed, and keeps nobody waiting', async () => {
  const persons: Awaited<ReturnType<typeof firingPerson>>[] = [];
  for (const severity of ['warning', 'critical', 'warning', 'critical', 'warning', 'warning'] as const)
    persons.push(await firingPerson(severity));
  const guilty = [persons[1], persons[4]].filter((one) => one !== undefined);
  for (const { person, episode } of guilty) {
    const step = { alertId: episode.alertId, step: 1, reason: 'fired', route: 'default' } as const;
    const notification = buildNotification(undefined, { deliveryId: deliveryId('phone', [step]) });
    // Under this id something else was written: its step names another alert, so the planner knows of none.
    const steps = [{ ...step, alertId: randomBytes(16).toString('hex') }];
    const { rows } = {
      rows: [{ channel: 'phone', steps, person, notification, createdAt: now, dueAt: now }],
    };
    await run(insertDeliveries(rows));
  }
  const dueAt = now - 40_000;
  await run(makeGroupsDue(persons.map(({ person }) => ({ ...person, changedAt: dueAt, dueAt }))));

  const failures: unknown[] = [];
  let written = 0;
  const groups = createDueGroups({ vault: openVaultOnce(), noteUnreadable: noneUnreadable });
  const { planDueGroups } = createPlanDueGroups({
    transaction: postgres.transaction,
    groups,
    configuration: () =>
      Promise.resolve({
        routing: { default: { channels: ['phone'] }, routes: [], inhibitions: [], systems: {} },
        budgets: [],
        silences: [],
        channels: new Map([['phone', phone]]),
        groupsOf: () => new Set<string>(),
      }),
    compose: { publicUrl: 'https://bridge.test', newLinkId: () => 'a', linkToken: (id) => id, linkLifeMs: 1 },
    writeDeliveries: (deliveries, at) => [
      insertDeliveries(deliveries.map((one) => ({ ...one, createdAt: at, dueAt: at }))),
    ],
    raiseSignals: () => Promise.resolve(),
    now: () => now,
    deliverSoon: () => undefined,
    observe: ({ deliveries }) => void (written += deliveries),
    reportFailure: (error) => void failures.push(error),
  });
  for (let passes = 0; (await planDueGroups()) > 0; passes += 1) expect(passes).toBeLessThan(30);

  expect(failures).toHaveLength(2);
  expect(failures).toMatchObject([{ code: 'BB002' }, { code: 'BB002' }]);
  expect(written).toBe(4);
  const due = await postgres.query<{ subjectId: string; after: number }>(
    `select subject_id "subjectId", (extract(epoch from due_at) * 1000)::float8 - $1 after
       from alerts.notification_groups where due_at < to_timestamp($1 / 1000.0) + interval '10 minutes'`,
    [now],
  );
  const afterOf = (place: number) =>
    due.find(({ subjectId }) => subjectId === persons[place]?.person.subjectId)?.after;
  expect([afterOf(1), afterOf(4)]).toEqual([30_000, 5 * 60_000]);
});

test('a snooze that has ended is no acknowledgement in a list', async () => {
  const [ended, lasting] = [await firingPerson('warning', now), await firingPerson('warning', now + 1)];
  const alerts = createAlertReader({
    query: postgres.query,
    vault: openVaultOnce(),
    noteUnreadable: noneUnreadable,
    now: () => now,
  });
  const list = async (acknowledged: boolean) => {
    const { alerts: found } = await alerts.list(
      {
        ...{ users: new Set([ended.userId, lasting.userId]), statuses: undefined, severities: undefined },
        ...{ kind: undefined, hold: undefined, limit: 10, after: undefined, acknowledged },
      },
      'key:test',
    );
    return found.map(({ episode }) => episode.alertId);
  };
  expect(await list(true)).toEqual([lasting.episode.alertId]);
  expect(await list(false)).toEqual([ended.episode.alertId]);
});
