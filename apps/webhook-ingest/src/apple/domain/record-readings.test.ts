import { describe, expect, it } from 'vitest';
import { mergeSeries } from '../../documents/domain/merge-series.ts';
import { classifyPoint } from '../../documents/domain/classify-point.ts';
import { seriesEvent } from '../../documents/domain/series-event.ts';
import { parseRecord } from './parse-record.ts';

const arrivalMs = Date.parse('2026-07-07T12:00:00Z');
const nameDevice = (source: unknown) => (typeof source === 'string' ? `hash of ${source}` : undefined);

type Record = {
  readonly children?: readonly { tag: string; attributes: Readonly<{ [name: string]: string }> }[];
};

/** A record of `export.xml`, as the reading and the device of its event. */
function recorded(attributes: Readonly<{ [name: string]: string }>, { children = [] }: Record = {}) {
  const given = {
    sourceName: 'Ada’s Apple Watch',
    startDate: '2026-07-06 14:30:00 +0200',
    endDate: '2026-07-06 14:30:00 +0200',
    ...attributes,
    type: `HKQuantityTypeIdentifier${attributes['type'] ?? ''}`,
  };
  const item = parseRecord({ kind: 'record', tag: 'Record', attributes: given, children }, nameDevice);
  const [point] = item.kind === 'points' ? item.points : [];
  if (point === undefined) throw new Error(item.kind);
  const verdict = classifyPoint(point, arrivalMs);
  if (verdict.kind !== 'point') throw new Error(verdict.kind);
  const { device, reading } = verdict.point;
  const hour = { source: 'apple', userId: 'ada', metric: reading.metric, device, keyHex: 'ab'.repeat(16) };
  const [change] = mergeSeries([], [verdict.point]).changes;
  if (change === undefined) throw new Error('nothing is new');
  return seriesEvent(hour, change, { arrivalMs, rawSha256: 'cd'.repeat(32) });
}

const metadata = (key: string, value: string) => ({
  children: [{ tag: 'MetadataEntry', attributes: { key, value } }],
});
const pulse = { type: 'HeartRate', unit: 'count/min', value: '61' };

describe('a pulse', () => {
  it.each([
    ['0', undefined],
    ['1', 'sedentary'],
    ['2', 'active'],
    ['3', undefined],
  ])('of motion context %s has the motion %s', (context, motion) => {
    const event = recorded(pulse, metadata('HKMetadataKeyHeartRateMotionContext', context));
    expect(event.readings[0]?.motion).toBe(motion);
    expect(event.readings[0]).not.toHaveProperty('context');
  });

  it('of which nothing is said has none', () => {
    expect(recorded(pulse).readings[0]).not.toHaveProperty('motion');
    expect(recorded(pulse, metadata('HKWasUserEntered', '1')).readings[0]).not.toHaveProperty('motion');
  });

  it('is of its source and device', () => {
    expect(recorded(pulse)).toMatchObject({ source: 'apple', device_id: 'hash of Ada’s Apple Watch' });
    expect(recorded({ ...pulse, sourceName: 'Strap' }).device_id).toBe('hash of Strap');
  });
});

it('no other metric has a motion', () => {
  const resting = { type: 'RestingHeartRate', unit: 'count/min', value: '54' };
  const entry = metadata('HKMetadataKeyHeartRateMotionContext', '2');
  expect(recorded(resting, entry).readings[0]).not.toHaveProperty('motion');
});

it.each([
  [
    'steps with their interval',
    {
      type: 'StepCount',
      unit: 'count',
      value: '700',
      startDate: '2026-07-06 14:00:00 +0000',
      endDate: '2026-07-06 14:10:00 +0000',
    },
    {
      metric: 'steps',
      value: 700,
      unit: '{steps}',
      start: '2026-07-06T14:00:00+00:00',
      end: '2026-07-06T14:10:00+00:00',
      statistic: 'sum',
    },
  ],
  [
    "a watch's respiration, which it measures in sleep only",
    { type: 'RespiratoryRate', unit: 'count/min', value: '14.5' },
    {
      metric: 'respiratory_rate',
      value: 14.5,
      unit: '/min',
      end: '2026-07-06T14:30:00+02:00',
      context: 'sleep',
    },
  ],
  [
    'the respiration of a strap, of which nothing is known',
    { type: 'RespiratoryRate', unit: 'count/min', value: '14.5', sourceName: 'Strap' },
    { metric: 'respiratory_rate', value: 14.5, unit: '/min', end: '2026-07-06T14:30:00+02:00' },
  ],
  [
    "the wrist's temperature of a night",
    {
      type: 'AppleSleepingWristTemperature',
      unit: 'degC',
      value: '35.1',
      startDate: '2026-07-05 23:10:00 +0200',
      endDate: '2026-07-06 06:40:00 +0200',
    },
    {
      metric: 'skin_temp',
      value: 35.1,
      unit: 'Cel',
      start: '2026-07-05T23:10:00+02:00',
      end: '2026-07-06T06:40:00+02:00',
    },
  ],
  [
    'a resting pulse',
    { type: 'RestingHeartRate', unit: 'count/min', value: '54' },
    { metric: 'resting_heart_rate', value: 54, unit: '/min', end: '2026-07-06T14:30:00+02:00' },
  ],
  [
    'oxygen as a fraction',
    { type: 'OxygenSaturation', unit: '%', value: '0.97' },
    { metric: 'spo2', value: 97, unit: '%', end: '2026-07-06T14:30:00+02:00' },
  ],
])('reads %s', (_, attributes, reading) => {
  expect(recorded(attributes).readings).toEqual([reading]);
});
