import fc from 'fast-check';
import { biometricEventSchema, metricNamed } from '@bridge/contracts';
import { expect, it } from 'vitest';
import { manualEvent } from './manual-event.ts';

const arrivalMs = Date.parse('2026-07-06T12:00:00Z');
const arrival = { raw: Buffer.from('{}'), arrivalMs };
const timestamp = '2026-07-06T08:00:00+02:00';

const understood = (...readings: readonly object[]) =>
  manualEvent({ user_id: 'ada', timestamp, readings }, arrival);

it.each([
  [{ metric: 'weight', value: 150, unit: 'lbs' }, 68.0388555, 'kg', 'lbs → kg'],
  [{ metric: 'weight', value: 150, unit: 'pounds' }, 68.0388555, 'kg', 'pounds → kg'],
  [{ metric: 'weight', value: 11.5, unit: 'Stone' }, 73.02837157, 'kg', 'Stone → kg'],
  [{ metric: 'distance', value: 2, unit: 'Miles' }, 3218.688, 'm', 'Miles → m'],
  [{ metric: 'sleep_duration', value: 7.5, unit: 'hours' }, 27_000, 's', 'hours → s'],
  [{ metric: 'body_temperature', value: 98.6, unit: 'fahrenheit' }, 37, 'Cel', 'fahrenheit → Cel'],
  [{ metric: 'body_temperature', value: 98.6, unit: '°f' }, 37, 'Cel', '°f → Cel'],
  [{ metric: 'weight', value: 68, unit: 'kg' }, 68, 'kg', undefined],
  [
    { metric: 'Body_Temperature', value: 98.6, unit: '°F' },
    37,
    'Cel',
    '°F → Cel; Body_Temperature is body_temperature',
  ],
  [{ metric: 'blood_glucose', value: 5, unit: 'mmol/l' }, 90.08, 'mg/dL', 'mmol/l → mg/dL'],
  [{ metric: 'hrv', value: 40 }, 40, 'ms', 'in ms, since no unit was given; hrv is hrv_rmssd'],
  [
    { metric: 'steps', value: 9, unit: 'steps', note: 'to the fridge' },
    9,
    '{steps}',
    'its note is not passed on',
  ],
])('understands %j', (reading, value, unit, words) => {
  const result = understood(reading);
  expect(result).toMatchObject({ kind: 'ok', readings: [{ value, unit }] });
  if (result.kind === 'ok') expect(result.readings[0]?.understood_as).toBe(words);
});

it('makes a valid event that the person reported, the same again for the same body', () => {
  const body = [{ metric: 'weight', value: 68, unit: 'kg', context: 'rest' }] as const;
  const [one, two] = [understood(...body), understood(...body)];
  if (one.kind !== 'ok' || two.kind !== 'ok') throw new Error('refused');
  expect(biometricEventSchema.parse(one.event)).toMatchObject({
    ...{ source: 'manual', timestamp, event_id: two.event.event_id },
    provenance: { reported: 'self_reported', object_kind: 'content' },
  });
});

it.each([
  ['active', { motion: 'active' }],
  [null, {}],
])('takes the motion %j of a reading', (motion, kept) => {
  const about = { metric: 'heart_rate', value: 120, unit: '/min' };
  expect(understood({ ...about, motion })).toMatchObject({ readings: [{ ...about, ...kept }] });
  expect(understood({ ...about, motion: 'asleep' })).toMatchObject({
    kind: 'invalid',
    problems: [{ path: 'readings.0.motion' }],
  });
});

it('has the time of its newest reading where it has none, and a client id instead of one', () => {
  const readings = [timestamp, '2026-07-06T09:00:00+02:00'].map((end) => ({
    metric: 'steps',
    value: 1,
    end,
  }));
  expect(manualEvent({ user_id: 'ada', readings }, arrival)).toMatchObject({
    event: { timestamp: '2026-07-06T09:00:00+02:00' },
  });
  const body = { user_id: 'ada', event_id: 'e1', readings: [{ metric: 'steps', value: 1 }] };
  expect(manualEvent(body, arrival)).toMatchObject({
    event: { provenance: { object_id: 'e1', object_kind: 'client', flags: ['time_assumed'] } },
  });
});

it.each([
  ['readings.0.metric', [{ metric: 'courage', value: 1 }]],
  [
    'readings.1',
    [
      { metric: 'steps', value: 1 },
      { metric: 'weight', value: 70, unit: 'furlong' },
    ],
  ],
  ['readings.0', [{ metric: 'heart_rate', value: 700 }]],
  ['readings.0.value', [{ metric: 'heart_rate', value: '70' }]],
  ['readings.0', [{ metric: 'heart_rate', value: 70, end: '2026-07-06T12:06:00Z' }]],
  ['readings.0', [{ metric: 'heart_rate', value: 70, other: 1 }]],
  ['readings', []],
])('names what it did not understand: %s', (path, readings) => {
  expect(understood(...readings)).toMatchObject({ kind: 'invalid', problems: [{ path }] });
});

it.each([
  ['timestamp', { timestamp: undefined }],
  ['timestamp', { timestamp: 'yesterday' }],
  ['timestamp', { timestamp: '2026-07-07T00:00:00Z' }],
  ['timestamp', { timestamp: '2024-07-07T00:00:00Z' }],
  ['user_id', { user_id: 7 }],
])('names a %s that is none', (path, more) => {
  const body = { user_id: 'ada', timestamp, readings: [{ metric: 'steps', value: 1 }], ...more };
  expect(manualEvent(body, arrival)).toMatchObject({ kind: 'invalid', problems: [{ path }] });
});

it('takes anything, and lets nothing pass that lies outside its range', () => {
  const reading = fc.record(
    {
      metric: fc.constantFrom('weight', 'hrv', 'spo2', 'heart_rate', 'x'),
      value: fc.oneof(fc.double(), fc.integer({ min: -10, max: 300 }), fc.string()),
      unit: fc.constantFrom('kg', 'lb', 's', '%', '1', 'bpm', '', null, 'furlong'),
      end: fc.constantFrom(timestamp, 'x', null),
    },
    { requiredKeys: [] },
  );
  const body = fc.record({
    user_id: fc.constantFrom('ada', 7),
    timestamp: fc.constant(timestamp),
    readings: fc.array(reading),
  });
  fc.assert(
    fc.property(fc.oneof(body, fc.jsonValue()), (value) => {
      const result = manualEvent(value, arrival);
      if (result.kind === 'invalid') return;
      for (const { metric, value: number, unit } of result.event.readings) {
        const known = metricNamed(metric);
        expect([unit, number >= (known?.min ?? NaN) && number <= (known?.max ?? NaN)]).toEqual([
          known?.unit,
          true,
        ]);
      }
    }),
  );
});
