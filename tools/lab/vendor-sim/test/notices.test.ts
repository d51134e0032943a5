import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { signatureHeaders } from '../notices/sign.ts';
import { startVendorSim, type VendorSim, type VendorSimOptions } from '../start-vendor-sim.ts';
import { connect } from './connect.ts';
import { startReceiver, type Receiver } from './receiver.ts';

const running: { readonly close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});
async function start(statuses: readonly number[] = [], options: VendorSimOptions = {}) {
  const [sim, receiver] = await Promise.all([startVendorSim(options), startReceiver(statuses)]);
  running.push(sim, receiver);
  for (const vendor of ['oura', 'whoop'] as const) sim.addWebhook(vendor, receiver.url);
  return { sim, receiver, oura: sim.addUser('oura').id, whoop: sim.addUser('whoop').id };
}

const day = (nr: number) => ({ id: `day-${nr}`, day: '2026-11-20', timestamp: '2026-11-20T00:00:00+01:00' });
const sleep = {
  id: 'sleep-1',
  cycle_id: 7,
  nap: false,
  start: '2026-11-19T22:00:00.000Z',
  score_state: 'SCORED',
  score: {},
};
const recovery = {
  cycle_id: 7,
  sleep_id: 'sleep-1',
  created_at: '2026-11-20T06:00:00.000Z',
  score_state: 'SCORED',
  score: {},
};
const bodies = ({ received }: Receiver) =>
  received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
const idle = (sim: VendorSim) =>
  expect.poll(() => sim.stats('oura').notices.waiting + sim.stats('whoop').notices.waiting).toBe(0);

describe('signatures', () => {
  const secret = 'test_client_secret';
  it('Oura: the vector of its documentation', () => {
    const body =
      '{"event_type":"update","data_type":"sleep","object_id":"12345abc","event_time":"2023-01-01T08:00:00+00:00","user_id":"user123"}';
    expect(signatureHeaders('oura', { secret, at: 1672560000999, body })).toEqual({
      'x-oura-timestamp': '1672560000',
      'x-oura-signature': '65295BA73E25BBA51586F11B6B0BA439B32871FC05CD98075C84A0AFE083F456',
    });
  });
  it('WHOOP: milliseconds, base64', () => {
    const body =
      '{"user_id":456,"id":"550e8400-e29b-41d4-a716-446655440000","type":"sleep.updated","trace_id":"e369c784-5100-49e8-8098-75d35c47b31b"}';
    expect(signatureHeaders('whoop', { secret, at: 1748241241000, body })).toEqual({
      'X-WHOOP-Signature-Timestamp': '1748241241000',
      'X-WHOOP-Signature': 'mm9KOQY71g4i4RmWvjkC+ggXp8B7WLh7PLd9gb4dddc=',
    });
  });
  it('what is sent verifies over its raw bytes', async () => {
    const { sim, receiver, oura } = await start();
    sim.put('oura', oura, 'daily_sleep', day(1));
    await receiver.has(1);
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    const mac = createHmac('sha256', 'oura-client-secret').update(
      `${String(headers['x-oura-timestamp'])}${body}`,
    );
    expect(headers['x-oura-signature']).toBe(mac.digest('hex').toUpperCase());
  });
});

it('Oura tells of creation, change and deletion', async () => {
  const { sim, receiver, oura } = await start();
  sim.put('oura', oura, 'vO2_max', day(1));
  sim.put('oura', oura, 'vO2_max', { ...day(1), vo2_max: 50 });
  sim.put('oura', oura, 'heartrate', { timestamp: '2026-11-20T08:00:00Z', bpm: 60 });
  sim.put('oura', oura, 'daily_sleep', day(2), { notify: false });
  expect(sim.remove('oura', oura, 'vO2_max', 'day-1')).toBe(true);
  await idle(sim);
  const told = { data_type: 'vo2_max', object_id: 'day-1', user_id: oura };
  expect(bodies(receiver)).toMatchObject(
    ['create', 'update', 'delete'].map((event_type) => ({ ...told, event_type })),
  );
});

it('WHOOP calls a recovery by its sleep, says `updated` also of new ones, and nothing of cycles', async () => {
  const { sim, receiver, whoop } = await start();
  sim.put('whoop', whoop, 'cycle', { id: 7, start: sleep.start });
  sim.put('whoop', whoop, 'sleep', sleep);
  sim.put('whoop', whoop, 'recovery', recovery);
  sim.remove('whoop', whoop, 'sleep', 'sleep-1');
  await idle(sim);
  const told = bodies(receiver);
  expect(told.map(({ type }) => type).sort()).toEqual(
    ['sleep.updated', 'recovery.updated', 'sleep.deleted', 'recovery.deleted'].sort(),
  );
  expect(new Set(told.map(({ id, user_id }) => `${String(id)} ${String(user_id)}`))).toEqual(
    new Set([`sleep-1 ${whoop}`]),
  );
  expect(new Set(told.map(({ trace_id }) => trace_id)).size).toBe(4);
});

it('a refused notice is sent again, with the same body, until it is accepted or given up', async () => {
  const { sim, receiver, whoop } = await start([500, 503, 204, 500, 500, 500]);
  sim.faults('whoop', { retryDelaysMs: [1, 1] });
  sim.put('whoop', whoop, 'sleep', sleep);
  await idle(sim);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  sim.put('whoop', whoop, 'sleep', sleep);
  await idle(sim);
  expect(sim.stats('whoop').notices).toMatchObject({ made: 2, accepted: 1, gaveUp: 1, attempts: 6 });
});

it('410 cancels the Oura subscription', async () => {
  const { sim, receiver, oura } = await start([410]);
  sim.put('oura', oura, 'daily_sleep', day(1));
  await idle(sim);
  sim.put('oura', oura, 'daily_sleep', day(2));
  sim.put('oura', oura, 'daily_sleep', { ...day(2), score: 3 });
  await receiver.has(2);
  expect(bodies(receiver).map(({ event_type }) => event_type)).toEqual(['create', 'update']);
});

it('after the consent has ended there are no more notices', async () => {
  const { sim, receiver, whoop } = await start();
  await connect(sim, 'whoop', whoop);
  await fetch(`${sim.url}/sim/endings`, {
    method: 'POST',
    body: JSON.stringify({ vendor: 'whoop', account: whoop, what: 'consent' }),
  });
  sim.put('whoop', whoop, 'sleep', sleep);
  expect(receiver.received).toEqual([]);
  expect(sim.stats('whoop').notices).toMatchObject({ made: 1, waiting: 0 });
});

describe('faults', () => {
  const play = async (seed: number) => {
    const { sim, receiver, oura } = await start([], { seed });
    sim.faults('oura', { lostShare: 0.1, duplicateShare: 0.1, lateShare: 0.1, lateMs: 50, concurrency: 1 });
    for (let nr = 0; nr < 200; nr += 1) sim.put('oura', oura, 'daily_sleep', day(nr));
    await idle(sim);
    const { notices } = sim.stats('oura');
    return { notices, ids: bodies(receiver).map(({ object_id }) => object_id) };
  };
  it('follow from the seed', async () => {
    const [first, second, other] = [await play(3), await play(3), await play(4)];
    expect(first.ids).toEqual(second.ids);
    expect(first.ids).not.toEqual(other.ids);
    const { lost, duplicated, late, accepted } = first.notices;
    expect(Math.min(lost, duplicated, late)).toBeGreaterThan(8);
    expect(accepted).toBe(first.ids.length);
    expect(new Set(first.ids).size).toBe(200 - lost);
    const order = first.ids.map((id) => Number(String(id).slice(4)));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  });

  it('hold notices back and let them go', async () => {
    const { sim, receiver, oura } = await start();
    sim.faults('oura', { held: true });
    sim.put('oura', oura, 'daily_sleep', day(1));
    expect(sim.stats('oura').notices).toMatchObject({ waiting: 1, attempts: 0 });
    sim.faults('oura', { held: false });
    await receiver.has(1);
  });

  it('show a document unscored first', async () => {
    const { sim, receiver, whoop } = await start();
    sim.faults('whoop', { pendingScoreShare: 1, pendingScoreMs: 500 });
    const { access_token } = await connect(sim, 'whoop', whoop);
    const stateOf = async () => {
      const headers = { authorization: `Bearer ${access_token}` };
      const response = await fetch(`${sim.url}/whoop/v2/activity/sleep/sleep-1`, { headers });
      return (await response.json()) as Record<string, unknown>;
    };
    sim.put('whoop', whoop, 'sleep', sleep);
    const pending = await stateOf();
    expect(pending).toMatchObject({ score_state: 'PENDING_SCORE' });
    expect(pending).not.toHaveProperty('score');
    await receiver.has(2);
    expect(await stateOf()).toMatchObject({ score_state: 'SCORED', score: {} });
  });
});
