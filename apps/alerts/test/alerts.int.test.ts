import { setTimeout as sleep } from 'node:timers/promises';
import { createKeyRing } from '@bridge/auth';
import {
  alertId,
  alertListSchema,
  alertSchema,
  type AlertChange,
  type AlertStateSignal,
} from '@bridge/contracts';
import { createPublisher, signatureHeader, tailTopics, type IncomingMessage } from '@bridge/kafka';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { createTestDatabase, createTestTopics, randomName, silentLog, testTime } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSignal, reading } from './build-signal.ts';
import { masterKey, openVault, signer, startAlerts, testCodec, type AlertsWorld } from './start-alerts.ts';

const canary = randomName('canary-user');

let world: AlertsWorld;
let admin: Postgres;
let alerts: Awaited<ReturnType<typeof startAlerts>>;
let publisher: ReturnType<typeof createPublisher>;
let codec: Awaited<ReturnType<typeof testCodec>>;
const received: IncomingMessage[] = [];
const closing: { close(): Promise<void> | void }[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  const made = await createTestTopics(['alerts', 'alertChanges', 'events'], { partitions: 3 });
  closing.push(database, made);
  world = {
    databaseUrl: database.urlFor('alerts'),
    signals: made.names.alerts,
    changes: made.names.alertChanges,
    events: made.names.events,
    group: randomName('alerts'),
  };
  admin = connectPostgres(
    { url: database.adminUrl, max: 2, applicationName: 'alerts-test' },
    { log: silentLog, metrics: new Registry() },
  );
  publisher = createPublisher(made.connection);
  codec = await testCodec(world);
  const tail = await tailTopics({
    kafka: made.connection,
    topics: [world.changes, made.deadLetters.alerts],
    from: { backMessages: 0 },
    async onMessage(message) {
      await codec.prepare([message.value]);
      received.push(message);
    },
    onCrash: (error) => {
      throw error;
    },
    log: silentLog,
  });
  closing.push(admin, publisher, tail);
  alerts = await startAlerts(world);
  closing.push(alerts);
});

afterAll(async () => {
  for (const resource of closing.reverse()) await resource.close();
});

async function until<T>(what: string, find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`timed out: ${what}`);
    await sleep(50);
  }
}

/** As cognition sends it; `key` decides the partition. */
function send(signal: AlertStateSignal | Record<string, unknown>, key: string | null = canary) {
  const value = codec.encode(world.signals, signal);
  const signature = signer.sign({ topic: world.signals, key, value });
  return publisher.publish([{ topic: world.signals, key, value, headers: { [signatureHeader]: signature } }]);
}

function changesOf(alert: string): AlertChange[] {
  const changes = received
    .filter(({ topic }) => topic === world.changes)
    .map(({ value }) => codec.decodeSync(value))
    .flatMap((decoded) => (decoded.kind === 'ok' ? [decoded.value as AlertChange] : []));
  return changes.filter(({ alert_id }) => alert_id === alert);
}

async function get(path: string, key = masterKey) {
  const answer = await fetch(alerts.url + path, { headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

function createKey(key: Parameters<ReturnType<typeof createKeyRing>['createKey']>[0]) {
  return createKeyRing({ query: admin.query, vault: openVault(admin.query) }).createKey(key);
}

test('a signal becomes an episode, a change on Kafka and an alert in the API; repeated, it changes nothing', async () => {
  const signal = buildSignal({ user_id: canary });
  await send(signal);
  const [change] = await until('the change', () => {
    const changes = changesOf(signal.alert_id);
    return changes.length > 0 ? changes : undefined;
  });
  expect(change).toMatchObject({
    alert_id: signal.alert_id,
    user_id: canary,
    from: null,
    to: 'firing',
    signal_id: signal.signal_id,
    evidence: signal.evidence,
  });

  await send(signal);
  await send(buildSignal({ user_id: canary, status: 'resolved', at: testTime(60) }));
  await until('the end', () => changesOf(signal.alert_id).find(({ to }) => to === 'resolved'));
  expect(changesOf(signal.alert_id).map(({ from, to }) => [from, to])).toEqual([
    [null, 'firing'],
    ['firing', 'resolved'],
  ]);

  const { body } = await get(`/alerts/${signal.alert_id}`);
  expect(alertSchema.parse(body)).toMatchObject({
    user_id: canary,
    status: 'resolved',
    version: 2,
    opened_at: testTime(),
    resolved_at: testTime(60),
    evidence: signal.evidence,
  });
});

test('silence leaves an alert open as unconfirmed, an end names its reason, and a new firing reopens it', async () => {
  const alert_id = alertId('9'.repeat(32), 'rule.stress_overload');
  const words = { title: 'Please look', summary: 'canary-summary 25 ms', advice: 'canary-advice' };
  const steps = [
    { ...words, mode: 'reflex', time_zone: 'Europe/Berlin', language: 'de' },
    { ...words, status: 'unconfirmed', unconfirmed_since: testTime(1) },
    { summary: 'canary-end', status: 'resolved', reason: 'recovered' },
    words,
  ] as const;
  for (const [seq, given] of steps.entries()) {
    await send(
      buildSignal({ user_id: canary, alert_id, cause: String(seq), seq: seq + 1, index: 0, ...given }),
    );
  }
  const changes = await until('four changes', () => {
    const found = changesOf(alert_id);
    return found.length === 4 ? found : undefined;
  });
  expect(changes.map(({ to, unconfirmed_since, reason }) => ({ to, unconfirmed_since, reason }))).toEqual([
    { to: 'firing' },
    { to: 'unconfirmed', unconfirmed_since: testTime(1) },
    { to: 'resolved', reason: 'recovered' },
    { to: 'firing' },
  ]);
  expect(changes[0]).toMatchObject(steps[0]);
  // Decided before the end, and late: it changes nothing.
  await send(buildSignal({ user_id: canary, alert_id, cause: 'late', seq: 2, index: 5, status: 'resolved' }));

  const open = alertListSchema
    .parse((await get(`/alerts?user_id=${canary}&status=firing&status=unconfirmed`)).body)
    .alerts.find((alert) => alert.alert_id === alert_id);
  expect(open).toMatchObject({ ...words, status: 'firing', resolved_at: null, version: 4 });
  expect(open).not.toHaveProperty('reason');
});

test('changes are signed, keyed by the person, and carry the id of the change', () => {
  const message = received.find(({ topic }) => topic === world.changes);
  if (!message?.value) throw new Error('no change was received');
  const { topic, key, value, headers } = message;
  expect(key?.toString()).toBe(canary);
  expect(signer.verify({ topic, key, value }, headers[signatureHeader] as Buffer)).toBe(true);
  const decoded = codec.decodeSync(value);
  expect(decoded).toMatchObject({ value: { change_id: headers['ce_id']?.toString() } });
});

test('looks are written down under the key’s id before anything is shown', async () => {
  const count = async () =>
    (
      await admin.query<{ accessor_id: string; record_id: string }>(
        `select accessor_id, record_id from phi_access_log where table_name = 'alerts.episodes' and access_type = 'READ'`,
      )
    ).length;
  const before = await count();
  const { body } = await get(`/alerts?user_id=${canary}`);
  const listed = alertListSchema.parse(body).alerts;
  expect(listed.length).toBeGreaterThan(0);
  expect(await count()).toBe(before + listed.length);
});

test('a key for some users lists and shows only theirs', async () => {
  const other = buildSignal({
    user_id: 'somebody-else',
    alert_id: alertId('b'.repeat(32), 'rule.stress_overload'),
  });
  await send(other, 'somebody-else');
  await until('the other alert', () => changesOf(other.alert_id)[0]);
  const { key } = await createKey({ label: 'own', scopes: ['alerts'], users: [canary] });

  const own = alertListSchema.parse((await get('/alerts', key)).body).alerts;
  expect(new Set(own.map(({ user_id }) => user_id))).toEqual(new Set([canary]));
  expect((await get('/alerts?user_id=somebody-else', key)).status).toBe(403);
  expect((await get(`/alerts/${other.alert_id}`, key)).status).toBe(404);
  expect((await get(`/alerts/${other.alert_id}`)).status).toBe(200);
  const { key: wrongScope } = await createKey({ label: 'ingest', scopes: ['ingest'] });
  expect((await get('/alerts', wrongScope)).status).toBe(403);
  expect((await get('/alerts', 'bb_nothing')).status).toBe(401);
  expect((await get('/alerts/xyz')).status).toBe(404);
  expect((await get('/alerts?limit=0')).body).toMatchObject({ status: 400, errors: [{ path: 'limit' }] });
});

test('pages follow the Link header, newest first, filtered by status', async () => {
  const user = randomName('paging');
  const ids = Array.from({ length: 5 }, (_, n) => alertId(String(n).repeat(32), 'rule.stress_overload'));
  for (const [n, alert_id] of ids.entries()) {
    await send(buildSignal({ user_id: user, alert_id, at: testTime(n) }), user);
  }
  await until('the last one', () => changesOf(ids.at(-1) ?? '')[0]);
  const seen: string[] = [];
  let path: string | undefined = `/alerts?user_id=${user}&status=firing&limit=2`;
  while (path !== undefined) {
    const page: Awaited<ReturnType<typeof get>> = await get(path);
    seen.push(...alertListSchema.parse(page.body).alerts.map(({ alert_id }) => alert_id));
    path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  }
  expect(seen).toEqual(ids.toReversed());
});

test('what can never be handled is a dead letter byte for byte, and the next signal is handled', async () => {
  const poison = Buffer.from('{"signal_id": "not json');
  const next = buildSignal({ user_id: canary, alert_id: alertId('c'.repeat(32), 'rule.stress_overload') });
  await publisher.publish([
    { topic: world.signals, key: canary, value: poison, headers: { 'x-own': 'kept' } },
  ]);
  const forged = Buffer.from(JSON.stringify(next));
  await publisher.publish([{ topic: world.signals, key: canary, value: forged, headers: {} }]);
  await send(next);
  await until('the next signal', () => changesOf(next.alert_id)[0]);
  const letters = await until('the dead letters', () => {
    const found = received.filter(({ topic }) => topic.endsWith('.dlq'));
    return found.length >= 2 ? found : undefined;
  });
  const byReason = new Map(letters.map((letter) => [letter.headers['dlq-reason']?.toString(), letter]));
  expect(byReason.get('malformed')).toMatchObject({ value: poison, key: Buffer.from(canary) });
  expect(byReason.get('malformed')?.headers['x-own']?.toString()).toBe('kept');
  expect(byReason.get('reserved_source')?.value).toEqual(forged);
});

test('a partner’s plain JSON becomes an episode of its own', async () => {
  const signal = buildSignal({ user_id: canary, source: 'acme', kind: 'acme.fall' });
  const value = Buffer.from(JSON.stringify(signal));
  await publisher.publish([{ topic: world.signals, key: null, value, headers: {} }]);
  const found = await until('the partner’s alert', async () => {
    const { alerts: list } = alertListSchema.parse((await get(`/alerts?user_id=${canary}`)).body);
    return list.find(({ source }) => source === 'acme');
  });
  expect(found.alert_id).not.toBe(signal.alert_id);
});

test('two processes, one of them stopped midway: each signal of one episode counts at most once', async () => {
  const alert_id = alertId('d'.repeat(32), 'rule.stress_overload');
  const second = await startAlerts(world);
  for (const { url } of [second, alerts]) {
    await until('both joined', async () => ((await fetch(`${url}/ready`)).ok ? true : undefined));
  }
  const signals = Array.from({ length: 120 }, (_, n) =>
    buildSignal({
      user_id: canary,
      alert_id,
      cause: String(n),
      seq: n + 1,
      index: 0,
      severity: n === 7 ? 'critical' : 'warning',
      evidence: { rules: [], readings: [reading(n)] },
    }),
  );
  // Every key is another one, so that signals of one person and one episode lie on all partitions.
  for (const [n, signal] of signals.entries()) {
    await Promise.all([
      send(signal, String(n)),
      n % 5 === 0 ? send(signal, `again-${String(n)}`) : undefined,
    ]);
    if (n === 60) await second.close();
  }
  await until('every signal', async () => {
    const keys = await admin.query(`select 1 from alerts.event_keys where key = any($1)`, [
      signals.map(({ signal_id }) => Buffer.from(signal_id, 'hex')),
    ]);
    return keys.length === signals.length ? keys : undefined;
  });
  // Late ones change nothing, so the last one and the highest severity are what is left.
  const episode = alertSchema.parse((await get(`/alerts/${alert_id}`)).body);
  expect(episode.evidence.readings[0]?.value).toBe(119);
  expect(episode.severity).toBe('critical');
  await until(
    'all changes',
    () => new Set(changesOf(alert_id).map(({ change_id }) => change_id)).size === episode.version,
  );
  const rows = await until('an empty outbox', async () => {
    const left = await admin.query('select 1 from alerts.outbox');
    return left.length === 0 ? left : undefined;
  });
  expect(rows).toEqual([]);
});

test('no table holds what a signal says in the clear', async () => {
  const tables = await admin.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  // A rule's name is the kind of its alert, which operations may see.
  for (const secret of [canary, 'hrv_rmssd', 'canary-summary', 'canary-advice', 'canary-end']) {
    const patterns = [`%${secret}%`, `%${Buffer.from(secret).toString('hex')}%`];
    for (const { name } of tables) {
      const hits = await admin.query(`select 1 from ${name} t where t::text like any ($1) limit 1`, [
        patterns,
      ]);
      expect(hits, name).toEqual([]);
    }
  }
});

test('health, readiness and metrics tell what is so', async () => {
  expect((await get('/ready')).status).toBe(200);
  expect((await get('/health')).body).toMatchObject({
    status: 'healthy',
    components: { postgres: 'healthy', kafka: 'healthy' },
  });
  const heartbeat = {
    signal_id: 'e'.repeat(32),
    status: 'heartbeat',
    source: 'cognition',
    at: testTime(),
  };
  await send(heartbeat, null);
  const line = await until('the heartbeat', async () => {
    const text = await (await fetch(`${alerts.url}/metrics`)).text();
    return /alert_producer_last_heartbeat_timestamp_seconds\{source="cognition"\} (\S+)/.exec(text)?.[1];
  });
  expect(Number(line)).toBeGreaterThan(Date.now() / 1000 - 60);
});
