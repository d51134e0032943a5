import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { arrivalsStatement } from '../src/documents/rows/arrivals.ts';
import { wireSilence } from '../src/silence/wire.ts';
import { ouraSleep } from '../src/vendors/oura/fixtures.ts';
import { openPullsWorld, until, type PullsWorld } from './pulls-world.ts';
import { makePlainMessage, openSignalOutbox } from './silence-outbox.ts';

let world: PullsWorld;
let outbox: ReturnType<typeof openSignalOutbox>;
let watchSilence: () => Promise<void>;

beforeAll(async () => {
  world = await openPullsWorld();
  const { main } = world;
  outbox = openSignalOutbox(world.query, main.vault);
  const { tasks } = wireSilence({
    ...main,
    outbox,
    makeMessage: makePlainMessage,
    languageOf: () => Promise.resolve(undefined),
  });
  watchSilence = async () => tasks['watch_silence']?.({});
});
afterAll(() => world.close());
beforeEach(() => world.sim.faults('oura', { api: 'up', lapsed: [] }));

/** Consented four days ago; nothing came. */
async function silentPerson(scope?: string) {
  const ada = await world.connect('oura', scope === undefined ? {} : { scope });
  await world.query(
    `update ingest.connections set connected_at = now() - interval '4 days' where connection_id = $1`,
    [ada.connectionId],
  );
  return ada;
}

const toldOf = async (userId: string) => (await outbox.signals()).filter(({ user_id }) => user_id === userId);
const rulesOf = async (userId: string) => (await toldOf(userId)).at(-1)?.evidence.rules;
const all = (cause: string) =>
  ['sleep', 'daily_sleep', 'daily_readiness', 'daily_activity', 'heartrate'].map(
    (dataType) => `${dataType}.${cause}`,
  );

/** Of last night, on a clock in UTC. */
function lastNight() {
  const end = new Date(Date.now() - 3_600_000);
  return ouraSleep({
    day: end.toISOString().slice(0, 10),
    bedtime_start: new Date(end.getTime() - 7 * 3_600_000).toISOString(),
    bedtime_end: end.toISOString(),
    heart_rate: null,
    hrv: null,
  });
}

test('what the vendor has and never reported is fetched, and silent until it tells again', async () => {
  const ada = await silentPerson();
  await world.sim.put('oura', ada.account, 'sleep', lastNight());
  await watchSilence();
  const [nothing, ...others] = all('vendor_has_nothing');
  const missed = [nothing?.replace('vendor_has_nothing', 'missed'), ...others];
  expect(await rulesOf(ada.userId)).toEqual(missed);
  expect((await world.jobs(ada.connectionId)).map(({ task }) => task)).toEqual(['pull_history']);

  const runner = world.startRunner();
  await until(
    () => world.events.filter(({ user_id }) => user_id === ada.userId),
    (events) => events.some(({ event_type }) => event_type === 'sleep'),
  );
  await runner.close();
  await watchSilence();
  expect(await rulesOf(ada.userId)).toEqual(missed);

  const { text, values } = arrivalsStatement(ada.connectionId, ['sleep']);
  await world.query(text, values);
  await watchSilence();
  expect(await rulesOf(ada.userId)).toEqual(others);
  expect(new Set((await toldOf(ada.userId)).map(({ alert_id }) => alert_id)).size).toBe(1);
});

test('a membership that has lapsed, as the last pull found out', async () => {
  const ada = await silentPerson();
  await world.sim.faults('oura', { lapsed: [ada.account] });
  await world.main.tasks['reconcile_connection']?.({ connection_id: ada.connectionId });
  await watchSilence();
  expect(await rulesOf(ada.userId)).toEqual(all('lapsed'));
});

test('a scope that was not granted', async () => {
  const ada = await silentPerson('personal daily');
  await watchSilence();
  expect(await rulesOf(ada.userId)).toEqual([
    ...all('vendor_has_nothing').slice(0, 4),
    'heartrate.scope_missing',
  ]);
});

test('a consent that was taken back', async () => {
  const ada = await silentPerson();
  await world.sim.end('oura', ada.account, 'consent');
  await watchSilence();
  expect(await rulesOf(ada.userId)).toEqual(all('revoked'));
});

test('a vendor that is down, until it is up again', async () => {
  const ada = await silentPerson();
  await world.sim.faults('oura', { api: 'errors' });
  await watchSilence();
  expect(await rulesOf(ada.userId)).toEqual(all('vendor_unreachable'));
  await world.sim.faults('oura', { api: 'up' });
  await until(
    async () => {
      await watchSilence();
      return rulesOf(ada.userId);
    },
    (rules) => rules?.join() === all('vendor_has_nothing').join(),
  );
});
