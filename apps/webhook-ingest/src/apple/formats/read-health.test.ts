import { ExportRefused } from '@bridge/apple-export';
import { biometricEventSchema, metricNamed } from '@bridge/contracts';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createHealthBatches } from '../domain/health-batch.ts';
import type { HealthItem } from '../domain/health-item.ts';
import { unknownZone } from '../../documents/domain/person-zone.ts';
import { classifyObject } from '../../documents/domain/classify-object.ts';
import { versioned } from '../../documents/domain/object-event.ts';
import { classifyPoint } from '../../documents/domain/classify-point.ts';
import { mergeSeries } from '../../documents/domain/merge-series.ts';
import { seriesEvent } from '../../documents/domain/series-event.ts';
import { createReadHealth } from './read-health.ts';

const limits = { body: 1_000_000, unzipped: 1_000_000, flat: 1_000 };

async function read(
  body: string | Uint8Array,
  { encoding, step = 7, most = limits.body }: { encoding?: string; step?: number; most?: number } = {},
) {
  const readHealth = createReadHealth({ ...limits, body: most });
  const bytes = Buffer.from(body);
  const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, nr) =>
    bytes.subarray(nr * step, (nr + 1) * step),
  );
  const items: HealthItem[] = [];
  try {
    const { items: found, flat } = await readHealth(Readable.from(chunks), encoding, () => undefined);
    for await (const some of found) items.push(...some);
    return { items, flat: flat()?.toString() };
  } catch (error) {
    if (error instanceof ExportRefused) return { items, refused: error.reason };
    throw error;
  }
}

/** Points of each metric, however they were cut up. */
function metricsOf(items: readonly HealthItem[]) {
  const found: Record<string, unknown[]> = {};
  for (const item of items) {
    if (item.kind === 'points') (found[`${item.name} ${String(item.units)}`] ??= []).push(...item.raw);
  }
  return found;
}

describe('Health Auto Export', () => {
  const points = [{ qty: 1.5e1, source: 'é|“x”\n' }, { qty: null }, 3];
  const named = { name: 'step_count', units: 'count', data: points };
  const late = { data: points, extra: { deep: [[1], {}] }, units: 'bpm', name: 'heart_rate' };
  const body = { data: { metrics: [named, late], workouts: [{ id: 'a' }], ecg: [], stateOfMind: null } };

  it.each([1, 2, 7, 64, 10_000])('is read in chunks of %i bytes, its keys in any order', async (step) => {
    const { items, flat } = await read(JSON.stringify(body), { step });
    expect(metricsOf(items)).toEqual({ 'step_count count': points, 'heart_rate bpm': points });
    expect(items).toContainEqual({ kind: 'element', collection: 'workouts', raw: { id: 'a' } });
    expect(flat).toBeUndefined();
  });

  it('holds points in thousands while their name is to come', async () => {
    const many = Array.from({ length: 2_500 }, (_, nr) => ({ qty: nr }));
    const { items } = await read(
      JSON.stringify({ data: { metrics: [{ data: many, name: 'a', units: 'b' }] } }),
      {
        step: 5_000,
      },
    );
    expect(metricsOf(items)).toEqual({ 'a b': many });
  });

  it('holds few points at a time where they are large', async () => {
    const data = Array.from({ length: 3 }, () => ({ qty: 1, more: Array.from({ length: 30_000 }, () => 0) }));
    const { items } = await read(JSON.stringify({ data: { metrics: [{ data, name: 'a', units: 'b' }] } }), {
      step: 5_000,
    });
    expect(items).toMatchObject([{ raw: { length: 2 } }, { raw: { length: 1 } }]);
  });

  it('may hold twelve hours of a route, and an ECG', async () => {
    const at = '2026-07-06 14:30:00 +0000';
    const place = { latitude: 1, longitude: 2, altitude: 3, speed: 4, course: 5, timestamp: at };
    const route = Array.from({ length: 43_200 }, () => ({ ...place, ...{ a: 1, b: 2, c: 3, d: 4 } }));
    const voltageMeasurements = Array.from({ length: 15_360 }, () => ({
      date: at,
      voltage: 1e-5,
      units: 'V',
      lead: 1,
    }));
    const body = JSON.stringify({ data: { workouts: [{ route }], ecg: [{ voltageMeasurements }] } });
    expect((await read(body, { step: 65_536, most: 64e6 })).items).toEqual([
      { kind: 'element', collection: 'workouts', raw: { route } },
      { kind: 'element', collection: 'ecg', raw: { voltageMeasurements } },
    ]);
  });

  it('may hold workouts beside its data, and nothing at all', async () => {
    const { items } = await read(JSON.stringify({ workouts: [{ id: 'b' }], data: { metrics: [] } }));
    expect(items).toEqual([{ kind: 'element', collection: 'workouts', raw: { id: 'b' } }]);
    for (const data of [null, [], {}]) expect(await read(JSON.stringify({ data }))).toEqual({ items: [] });
  });

  it.each([
    ['a list of metrics for its data', { data: [named, late] }],
    ['metrics at the root', { metrics: [named, late] }],
    ['metrics by their names', { data: { metrics: { step_count: named, heart_rate: late } } }],
    [
      'metrics by their names alone',
      {
        data: {
          metrics: {
            step_count: { units: 'count', data: points },
            heart_rate: { data: points, units: 'bpm' },
          },
        },
      },
    ],
  ])('may have %s', async (_, shape) => {
    for (const step of [1, 1_000]) {
      const { items } = await read(JSON.stringify(shape), { step });
      expect(metricsOf(items)).toEqual({ 'step_count count': points, 'heart_rate bpm': points });
    }
  });

  it('may have one metric for all', async () => {
    for (const metrics of [named, { data: points, units: 'count', name: 'step_count' }]) {
      const { items } = await read(JSON.stringify({ data: { metrics, workouts: [{ id: 'a' }] } }));
      expect(metricsOf(items)).toEqual({ 'step_count count': points });
      expect(items.at(-1)).toMatchObject({ collection: 'workouts' });
    }
    const { items } = await read(
      JSON.stringify({ data: { metrics: { step_count: points, heart_rate: points } } }),
    );
    expect(metricsOf(items)).toEqual({ 'step_count undefined': points, 'heart_rate undefined': points });
  });

  it('may have one point or one workout where a list is usual', async () => {
    const [point] = points;
    const { items } = await read(
      JSON.stringify({
        data: {
          metrics: [
            { ...named, data: point },
            { data: point, units: 'b', name: 'a' },
          ],
          workouts: { id: 'a' },
        },
      }),
    );
    expect(metricsOf(items)).toEqual({ 'step_count count': [point], 'a b': [point] });
    expect(items.at(-1)).toEqual({ kind: 'element', collection: 'workouts', raw: { id: 'a' } });
  });

  it('comes compressed', async () => {
    const { items } = await read(gzipSync(JSON.stringify(body)), { encoding: 'gzip' });
    expect(metricsOf(items)).toMatchObject({ 'step_count count': points });
  });
});

describe('a body that cannot be read', () => {
  const whole = '{"data":{"metrics":[{"name":"a","units":"b","data":[{"qty":1},{"qty":2}]}]}}';
  it.each([
    ['ends too soon', whole.slice(0, -1), {}, 'malformed'],
    ['holds NaN', whole.replace('"qty":2', '"qty":NaN'), {}, 'malformed'],
    ['is no UTF-8', Buffer.from(whole.replace('"a"', '"\xff"'), 'latin1'), {}, 'malformed'],
    ['goes on', `${whole}{}`, {}, 'malformed'],
    ['is nested without end', `{"data":{"metrics":[${'['.repeat(100)}`, {}, 'malformed'],
    ['is gzip cut off', gzipSync(whole).subarray(0, 40), { encoding: 'gzip' }, 'malformed'],
    ['is no gzip', whole, { encoding: 'gzip' }, 'malformed'],
    ['is packed in another way', whole, { encoding: 'br' }, 'unknown_encoding'],
    ['is too large', `{"data":{"x":["${'a'.repeat(1_000_001)}"]}}`, { step: 65_536 }, 'too_large'],
    ['unpacks to too much', gzipSync(Buffer.alloc(2_000_000, ' ')), { encoding: 'gzip' }, 'too_large'],
    [
      'has an element of too many values',
      many('ecg', 500_000),
      { step: 65_536, most: 64e6 },
      'element_too_large',
    ],
    [
      'has a point of too many values',
      many('metrics', 500_000),
      { step: 65_536, most: 64e6 },
      'element_too_large',
    ],
    ['is flat and too large', `{"note":"${'a'.repeat(1_000)}"}`, {}, 'too_large'],
    ['is a zip file of something else', zipSync({ 'a.txt': Buffer.from('a') }), {}, 'malformed'],
    ['is a zip file cut off', Buffer.from('PK\u0003\u0004'), {}, 'malformed'],
    ['is XML of something else', '<a/>', {}, 'malformed'],
    ['is XML cut off', '<HealthData><Record type="a"/>', {}, 'malformed'],
    ['is XML with attributes without end', attributed(101), {}, 'malformed'],
    ['is XML with entities of its own', '<HealthData><Record type="&a;"/></HealthData>', {}, 'malformed'],
  ])('%s', async (_, body, options, reason) => {
    expect(await read(body, options)).toMatchObject({ refused: reason });
  });

  it('may hold as much where nobody wants it', async () => {
    expect(await read(many('data', 500_000), { step: 65_536, most: 64e6 })).toEqual({ items: [] });
  });

  it('gives what came before it broke', async () => {
    const { items, refused } = await read(whole.slice(0, -5));
    expect([metricsOf(items), refused]).toEqual([{ 'a b': [{ qty: 1 }, { qty: 2 }] }, 'malformed']);
  });
});

it.each(['{"user_id":"a","heart_rate":61}', '[]', '7', '"x"', '{}', '', '{"data":7}'])(
  'leaves %j to the rules of flat bodies',
  async (body) => expect(await read(body)).toEqual({ items: [], flat: body }),
);

const xml = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [ <!ELEMENT HealthData (Record*)> <!ATTLIST Record type CDATA #REQUIRED> ]>
<HealthData locale="de_CH">
 <ExportDate value="2026-07-06 14:30:00 +0200"/><Me HKCharacteristicTypeIdentifierBiologicalSex="x"/>
 <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Ada&apos;s &amp; Bob’s" value="61"><MetadataEntry key="a" value="b"/></Record>
 <Correlation type="x"><Record type="twice"/></Correlation>
</HealthData>`;

it.each([
  ['export.xml', xml],
  [
    'export.zip',
    zipSync({ 'apple/export_cda.xml': Buffer.from('<x/>'), 'apple/Exportación.xml': Buffer.from(xml) }),
  ],
])('reads records of %s', async (_, body) => {
  expect((await read(body)).items).toEqual([
    {
      kind: 'record',
      tag: 'Record',
      attributes: { type: 'HKQuantityTypeIdentifierHeartRate', sourceName: "Ada's & Bob’s", value: '61' },
      children: [{ tag: 'MetadataEntry', attributes: { key: 'a', value: 'b' } }],
    },
  ]);
});

it('reads an element with as many attributes as anybody needs', async () => {
  expect((await read(attributed(100))).items).toHaveLength(1);
});

it('refuses a zip file made to unpack to far more than health data does', async () => {
  const bomb = zipSync({ 'export.xml': Buffer.from(`<HealthData>${' '.repeat(5_000_000)}</HealthData>`) });
  const readMuch = createReadHealth({ body: 1e6, unzipped: 1e9, flat: 1_000 });
  const { items } = await readMuch(Readable.from([Buffer.from(bomb)]), undefined, () => undefined);
  const readAll = async () => {
    for await (const some of items) expect(some).toEqual([]);
  };
  await expect(readAll()).rejects.toMatchObject({ reason: 'too_large' });
});

/** So many empty objects in one element, one point, or nowhere in particular. */
function many(where: 'ecg' | 'metrics' | 'data', count: number): string {
  const values = `[${'{},'.repeat(count)}0]`;
  if (where === 'ecg') return `{"data":{"ecg":[${values}]}}`;
  if (where === 'data') return `{"data":{"metrics":[{"extra":${values}}]}}`;
  return `{"data":{"metrics":[{"data":[${values}],"name":"a","units":"b"}]}}`;
}

function attributed(count: number): string {
  const attributes = Array.from({ length: count }, (_, nr) => `a${nr}=""`).join(' ');
  return `<HealthData><Record ${attributes}/></HealthData>`;
}

it('reads anything without failing, and makes events of it that everybody takes', async () => {
  const text = fc.constantFrom('heart_rate', 'sleep_analysis', 'blood_pressure', 'bpm', 'hr', 'REM', 'a');
  const date = fc.constantFrom('2026-07-06 2:30:00\u202fPM -0300', '2026-07-06 14:30:00 +0545', 'string', 7);
  const number = fc.oneof(fc.double(), fc.integer(), fc.constant('61'));
  const point = fc.record(
    {
      ...{ qty: number, Min: number, Avg: number, Max: number, systolic: number, diastolic: number },
      ...{ date, startDate: date, endDate: date, sleepStart: date, sleepEnd: date, start: date, end: date },
      ...{
        asleep: number,
        inBed: number,
        core: number,
        value: fc.oneof(text, number),
        source: fc.anything(),
      },
      heartRateData: fc.array(fc.record({ date, qty: number, units: text }), { maxLength: 2 }),
      distance: fc.record({ qty: number, units: text }),
    },
    { requiredKeys: [] },
  );
  const points = fc.array(fc.oneof(point, fc.jsonValue()), { maxLength: 4 });
  const metric = fc.record({ name: text, units: text, data: points }, { requiredKeys: [] });
  const letter = fc.constantFrom('a', '\n', '\u007f', 'é', '😀', '\ud800', '\udc00');
  const name = fc.oneof(
    fc.string({ unit: letter }),
    fc.string({ unit: letter, minLength: 190, maxLength: 210 }),
  );
  const start = fc.constant('2026-07-06 14:30:00 +0000');
  const workout = fc.record(
    { id: name, name, source: name, start, end: start, avgHeartRate: number, stepCount: number },
    { requiredKeys: ['start', 'end'] },
  );
  const data = fc.record({
    metrics: fc.array(fc.oneof(metric, fc.jsonValue())),
    workouts: fc.array(fc.oneof(workout, point), { maxLength: 4 }),
    a: points,
  });
  const body = fc.oneof(fc.jsonValue(), fc.record({ data }), fc.record({ data: fc.jsonValue() }));
  const arrivalMs = Date.parse('2026-07-07T00:00:00Z');
  const arrival = {
    source: 'apple',
    userId: 'ada',
    arrivalMs,
    rawSha256: 'ab'.repeat(32),
    zone: unknownZone,
  } as const;
  const hour = { ...arrival, device: undefined, keyHex: 'cd'.repeat(32) };
  await fc.assert(
    fc.asyncProperty(body, fc.integer({ min: 1, max: 50 }), async (value, step) => {
      const { items } = await read(JSON.stringify(value), { step });
      const batches = createHealthBatches(() => undefined);
      for (const item of items) batches.add(item);
      const { points: found, objects } = batches.takeRest();
      for (const one of found) {
        const verdict = classifyPoint(one, arrivalMs);
        if (verdict.kind !== 'point') continue;
        const { metric: name, value: number, unit } = verdict.point.reading;
        const known = metricNamed(name);
        expect([unit, number >= (known?.min ?? NaN) && number <= (known?.max ?? NaN)]).toEqual([
          known?.unit,
          true,
        ]);
        for (const change of mergeSeries([], [verdict.point]).changes) {
          biometricEventSchema.parse(seriesEvent({ ...hour, metric: name }, change, arrival));
        }
      }
      for (const { normalized, raw } of objects) {
        expect(() => JSON.stringify(raw)).not.toThrow();
        const classified = classifyObject(normalized, arrival);
        if (classified.kind !== 'versions') continue;
        for (const { event, objectId } of classified.parts)
          biometricEventSchema.parse(versioned(event, objectId, 0));
      }
    }),
    { numRuns: 300 },
  );
});
