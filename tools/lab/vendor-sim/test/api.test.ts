import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startVendorSim, type VendorSim } from '../start-vendor-sim.ts';
import { connect } from './connect.ts';
import { startReceiver, type Receiver } from './receiver.ts';

let sim: VendorSim;
let now = Date.parse('2026-11-20T12:00:00Z');
beforeEach(async () => {
  sim = await startVendorSim({
    now: () => now,
    oura: { pageSize: 4, quotas: [{ limit: 30, windowS: 300 }] },
    whoop: {
      quotas: [
        { limit: 20, windowS: 60 },
        { limit: 25, windowS: 86_400 },
      ],
    },
  });
});
afterEach(() => sim.close());

async function person(vendor: 'oura' | 'whoop') {
  const { id } = sim.addUser(vendor);
  const { access_token } = await connect(sim, vendor, id);
  const get = (path: string) =>
    fetch(`${sim.url}/${vendor}${path}`, { headers: { authorization: `Bearer ${access_token}` } });
  const list = async (path: string) => (await (await get(path)).json()) as Record<string, unknown[]>;
  return { id, get, list };
}
const ids = (documents: unknown[] = []) => documents.map((one) => (one as { id: unknown }).id);

describe('Oura', () => {
  it('lists by local day, in pages, and gives single documents', async () => {
    const { id, get, list } = await person('oura');
    for (let nr = 10; nr < 20; nr += 1) {
      sim.put('oura', id, 'daily_sleep', { id: `d${nr}`, day: `2026-11-${nr}`, score: nr });
      sim.put('oura', id, 'sleep', { id: `s${nr}`, day: `2026-11-${nr}` });
    }
    const path = '/v2/usercollection/daily_sleep?start_date=2026-11-12&end_date=2026-11-17';
    const first = await list(path);
    const second = await list(`${path}&next_token=${String(first.next_token)}`);
    expect([...ids(first.data), ...ids(second.data)]).toEqual(['d12', 'd13', 'd14', 'd15', 'd16', 'd17']);
    expect(second.next_token).toBeNull();
    // The end of this route's span is the day before.
    const nights = await list('/v2/usercollection/sleep?start_date=2026-11-12&end_date=2026-11-14');
    expect(ids(nights.data)).toEqual(['s12', 's13']);
    expect(await (await get('/v2/usercollection/daily_sleep/d12')).json()).toMatchObject({ score: 12 });
    expect((await get('/v2/usercollection/daily_sleep/none')).status).toBe(404);
    expect((await get('/v2/usercollection/daily_sleep?start_date=12.11.2026')).status).toBe(400);
    expect(sim.fetches('oura')).toEqual({ 'daily_sleep/d12': 1, 'daily_sleep/none': 1 });
  });

  it('lists points by time', async () => {
    const { id, list } = await person('oura');
    for (let minute = 10; minute < 14; minute += 1) {
      sim.put('oura', id, 'heartrate', {
        timestamp: `2026-11-20T08:${minute}:00Z`,
        bpm: minute + 50,
        source: 'rest',
      });
    }
    const span = 'start_datetime=2026-11-20T08:11:00Z&end_datetime=2026-11-20T09:12:00%2B01:00';
    const { data } = await list(`/v2/usercollection/heartrate?${span}`);
    expect(data).toMatchObject([{ bpm: 61 }, { bpm: 62 }]);
  });

  it('has a budget for the application, with its headers', async () => {
    const { get } = await person('oura');
    const path = '/v2/usercollection/personal_info';
    const statuses = new Set<number>();
    for (let nr = 0; nr < 30; nr += 1) statuses.add((await get(path)).status);
    now += 100_000;
    const limited = await get(path);
    expect([...statuses, limited.status]).toEqual([200, 429]);
    expect(Object.fromEntries(limited.headers)).toMatchObject({
      'retry-after': '200',
      'x-ratelimit-limit': '30',
      'x-ratelimit-window': '300',
      'x-ratelimit-reset': '200',
      'x-ratelimit-tier': 'application',
    });
    now += 200_000;
    expect((await get(path)).status).toBe(200);
  });

  it('401 without a token, 403 for a lapsed membership and a missing scope', async () => {
    const { id, get } = await person('oura');
    expect((await fetch(`${sim.url}/oura/v2/usercollection/sleep`)).status).toBe(401);
    const { access_token } = await connect(sim, 'oura', id, { sim_scopes: 'daily' });
    const headers = { authorization: `Bearer ${access_token}` };
    const statusOf = async (name: string) =>
      (await fetch(`${sim.url}/oura/v2/usercollection/${name}`, { headers })).status;
    expect([await statusOf('daily_sleep'), await statusOf('workout')]).toEqual([200, 403]);
    sim.faults('oura', { lapsed: [id] });
    expect((await get('/v2/usercollection/sleep')).status).toBe(403);
    expect(sim.stats('oura').requests['GET /v2/usercollection/sleep']).toMatchObject({
      count: 2,
      statuses: { '401': 1, '403': 1 },
      accounts: { [id]: 1 },
    });
  });
});

describe('Oura subscriptions', () => {
  const headers = { 'x-client-id': 'oura-client', 'x-client-secret': 'oura-client-secret' };
  const path = '/oura/v2/webhook/subscription';
  let receiver: Receiver;
  beforeEach(async () => (receiver = await startReceiver()));
  afterEach(() => receiver.close());
  const call = (method: string, below = '', body?: object) =>
    fetch(`${sim.url}${path}${below}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const wanted = () => ({
    callback_url: receiver.url,
    verification_token: 'ours',
    event_type: 'create',
    data_type: 'daily_sleep',
  });

  it('begin with a handshake, are renewed, end', async () => {
    const both = await Promise.all([call('POST', '', wanted()), call('POST', '', wanted())]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const created = both.find(({ ok }) => ok) ?? both[0];
    const { id, expiration_time } = (await created.json()) as Record<string, string>;
    expect(Date.parse(expiration_time ?? '')).toBeGreaterThan(now);
    expect((await call('POST', '', wanted())).status).toBe(409);
    now += 1000;
    const renewed = (await (await call('PUT', `/renew/${id}`)).json()) as Record<string, string>;
    expect(Date.parse(renewed.expiration_time ?? '') - Date.parse(expiration_time ?? '')).toBe(1000);

    const person = sim.addUser('oura');
    sim.put('oura', person.id, 'daily_sleep', { id: 'd1', day: '2026-11-20' });
    await receiver.has(1);
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect(await (await call('GET')).json()).toEqual([]);
    expect((await call('GET', `/${id}`)).status).toBe(403);
  });

  it('are refused without it, and for what is no data type', async () => {
    expect((await call('POST', '', { ...wanted(), verification_token: 'theirs' })).status).toBe(400);
    const refused = await call('POST', '', { ...wanted(), data_type: 'heartrate' });
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { detail: [{ loc: ['body', 'data_type'] }] },
    ]);
    const stranger = await fetch(sim.url + path, { headers: { ...headers, 'x-client-secret': 'wrong' } });
    expect(stranger.status).toBe(401);
  });
});

describe('WHOOP', () => {
  it('lists the newest first, 25 at most, and finds a recovery by its cycle', async () => {
    const { id, get, list } = await person('whoop');
    for (let nr = 10; nr < 22; nr += 1) {
      const start = `2026-11-${nr}T22:00:00.000Z`;
      sim.put('whoop', id, 'cycle', { id: nr, start });
      sim.put('whoop', id, 'sleep', { id: `s${nr}`, cycle_id: nr, nap: false, start });
      sim.put('whoop', id, 'recovery', { cycle_id: nr, sleep_id: `s${nr}`, created_at: start });
    }
    const first = await list(
      '/v2/activity/sleep?start=2026-11-11T22:00:00Z&end=2026-11-21T22:00:00Z&limit=8',
    );
    expect(ids(first.records)[0]).toBe('s20');
    const second = await list(
      `/v2/activity/sleep?start=2026-11-11T22:00:00Z&limit=25&nextToken=${String(first.next_token)}`,
    );
    expect(ids(second.records).at(-1)).toBe('s11');
    expect(second).not.toHaveProperty('next_token');
    expect((await get('/v2/cycle?limit=26')).status).toBe(400);
    expect(await (await get('/v2/cycle/12/recovery')).json()).toMatchObject({ sleep_id: 's12' });
    expect(await (await get('/v2/cycle/12/sleep')).json()).toMatchObject({ id: 's12' });
    expect(await (await get('/v2/cycle/12')).json()).toMatchObject({ id: 12 });
    expect((await get('/v2/activity/sleep/nobody')).status).toBe(404);
  });

  it('does not know a recovery at once', async () => {
    const { id, get } = await person('whoop');
    sim.faults('whoop', { recoveryLagMs: 60_000 });
    sim.put('whoop', id, 'recovery', { cycle_id: 1, sleep_id: 's1', created_at: '2026-11-20T06:00:00Z' });
    expect((await get('/v2/cycle/1/recovery')).status).toBe(404);
    now += 60_000;
    expect((await get('/v2/cycle/1/recovery')).status).toBe(200);
  });

  it('counts by the minute and by the day, and has no Retry-After', async () => {
    const { get } = await person('whoop');
    const burst = async (count: number) => {
      let granted = 0;
      for (let nr = 0; nr < count; nr += 1) granted += (await get('/v2/user/profile/basic')).ok ? 1 : 0;
      return granted;
    };
    expect(await burst(21)).toBe(20);
    const { headers } = await get('/v2/user/profile/basic');
    expect(headers.get('x-ratelimit-limit')).toBe('20, 20;window=60, 25;window=86400');
    expect([headers.get('x-ratelimit-remaining'), headers.get('x-ratelimit-reset')]).toEqual(['0', '60']);
    expect(headers.has('retry-after')).toBe(false);
    now += 60_000;
    expect(await burst(20)).toBe(5);
  });
});

it('answers 500, breaks connections, and says 429 when it is told to', async () => {
  const { get } = await person('oura');
  const path = '/v2/usercollection/personal_info';
  sim.faults('oura', { api: 'errors' });
  expect((await get(path)).status).toBe(500);
  sim.faults('oura', { api: 'broken' });
  await expect(get(path)).rejects.toThrow();
  sim.faults('oura', { api: 'up', limitedSeconds: 7 });
  expect((await get(path)).headers.get('retry-after')).toBe('7');
  sim.faults('oura', { limitedSeconds: 0 });
  expect((await get(path)).status).toBe(200);
});
