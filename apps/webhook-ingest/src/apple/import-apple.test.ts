import { Readable } from 'node:stream';
import type { LiveSubject } from '@bridge/vault';
import { expect, it } from 'vitest';
import { createReadHealth } from './formats/read-health.ts';
import { zeroCounts } from './domain/import-counts.ts';
import { createImportApple } from './import-apple.ts';

const deps: Parameters<typeof createImportApple>[0] = {
  readHealth: createReadHealth({ body: 1_000_000, unzipped: 1_000_000, flat: 1_000 }),
  storeSeries: (_person, { points }) => Promise.resolve({ ...zeroCounts, new: points.length }),
  storeObjects: () => Promise.resolve([]),
  personOf: (userId) => Promise.resolve({ userId, erased: false } as LiveSubject),
  nameDevicesOf: () => () => undefined,
  maxConcurrent: 2,
};
const importApple = createImportApple(deps);
const principal = { keyId: 'k', accessor: 'key:k', scopes: new Set(['ingest'] as const), users: undefined };
const post = (body: Readable) => importApple({ body, encoding: undefined, principal, userId: 'ada' });

/** What it is stands behind its points, so all of it is held until then. */
function sender(points: number) {
  const body = new Readable({ read: () => undefined });
  body.push(`{"data":{"metrics":[{"data":[${'{"qty":1},'.repeat(points)}{"qty":1}]`);
  return {
    body,
    end: () => {
      body.push(',"name":"a","units":"b"}]}}');
      body.push(null);
    },
  };
}

it('reads so many large bodies at once and no more, and small ones beside them', async () => {
  const large = [sender(200), sender(200)];
  const reading = large.map(({ body }) => post(body));
  await expect(post(sender(200).body)).resolves.toEqual({ kind: 'busy' });

  const small = sender(2);
  small.end();
  await expect(post(small.body)).resolves.toMatchObject({ kind: 'stored', summary: { points: 3 } });

  for (const { end } of large) end();
  for (const one of reading) await expect(one).resolves.toMatchObject({ kind: 'stored' });
  const next = sender(200);
  next.end();
  await expect(post(next.body)).resolves.toMatchObject({ kind: 'stored', summary: { points: 201 } });
});

const date = '2026-07-06 14:30:00 +0000';
const pulse = Array.from({ length: 500 }, () => JSON.stringify({ qty: 60, date })).join();
const stages = [1, 2].map((day) => {
  const [startDate, endDate] = [`2026-07-0${day} 01:00:00 +0000`, `2026-07-0${day} 02:00:00 +0000`];
  return JSON.stringify({ value: 'REM', startDate, endDate });
});

it.each([
  ['ends', '', 500],
  ['ends within a point', ',{"qty":6', 500],
  ['ends within a night', `]},{"name":"sleep_analysis","units":"hr","data":[${stages.join()}`, 501],
])('stores what was read before a body %s too soon', async (_, rest, points) => {
  const body = `{"data":{"metrics":[{"name":"heart_rate","units":"bpm","data":[${pulse}${rest}`;
  await expect(post(Readable.from([Buffer.from(body)]))).resolves.toMatchObject({
    kind: 'refused',
    reason: 'malformed',
    summary: { points, new: 500 },
  });
});

it.each([
  '{"data":{}}',
  '{"data":null}',
  '{"data":[]}',
  '{"data":[{"qty":1}]}',
  '{"data":{"metrics":[]}}',
  '{"data":{"metrics":{}}}',
  '{"data":{"metrics":{"heart_rate":{}}}}',
  '{"data":{"metrics":[{"name":"heart_rate","units":"bpm","data":[]}],"workouts":[]}}',
  '{"data":{"metrics":7}}',
  '{"data":{"metrics":null}}',
  '{"data":{"metrics":[{}]}}',
  '{"data":{"metrics":[{"name":"heart_rate","units":"bpm"}]}}',
  '{"data":{"metrics":[{"name":"heart_rate","units":"bpm","data":null}]}}',
  '{"data":{"workouts":[],"ecg":[],"stateOfMind":null}}',
  '{"data":[{}]}',
  '{"data":{},"workouts":[]}',
  '{"metrics":[]}',
  '<HealthData/>',
  '<HealthData><ExportDate value="2026-07-06 14:30:00 +0000"/><Me a="b"/></HealthData>',
])('never says that %s was stored', async (body) => {
  await expect(post(Readable.from([Buffer.from(body)]))).resolves.toMatchObject({
    kind: 'refused',
    reason: 'empty',
  });
});

it.each(['[null]', '[7]', '[[]]', '["heart_rate"]'])('sets aside metrics of %s', async (metrics) => {
  const kinds: string[] = [];
  const importInto = createImportApple({
    ...deps,
    storeObjects: (_person, objects) => {
      kinds.push(...objects.map(({ normalized }) => normalized.kind));
      return Promise.resolve([]);
    },
  });
  const body = Readable.from([Buffer.from(`{"data":{"metrics":${metrics}}}`)]);
  await importInto({ body, encoding: undefined, principal, userId: 'ada' });
  expect(kinds).toEqual(['quarantined']);
});
