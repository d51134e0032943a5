import { maxReadings } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { unknownZone, type PersonZone } from './person-zone.ts';
import { classifyObject } from './classify-object.ts';
import type { NormalObject } from './normalized.ts';
import { observed } from './observed.ts';

const arrivalMs = Date.parse('2026-03-02T08:00:00Z');
const arrival = {
  source: 'oura',
  userId: 'ada',
  arrivalMs,
  rawSha256: 'f'.repeat(64),
  zone: unknownZone,
} as const;
const night: NormalObject = {
  objectId: 'sleep/1',
  vendorVersion: 2,
  eventType: 'sleep',
  timestamp: '2026-03-02T07:10:00+01:00',
  reported: 'sensed',
  readings: [{ path: 'average_hrv', metric: 'hrv_rmssd', value: 48, unit: 'ms', context: 'sleep' }],
};
const classify = (more: Partial<NormalObject>, zone: PersonZone = unknownZone) =>
  classifyObject({ kind: 'object', object: { ...night, ...more } }, { ...arrival, zone });

describe('judgeObject', () => {
  it('makes an event in the units of the dictionary and keeps the local time', () => {
    expect(
      classify({ readings: [{ path: 'x', metric: 'hrv_rmssd', value: 0.048, unit: 's' }] }),
    ).toMatchObject({
      kind: 'versions',
      parts: [
        {
          objectId: 'sleep/1',
          vendorVersion: 2,
          event: {
            user_id: 'ada',
            timestamp: '2026-03-02T07:10:00+01:00',
            readings: [{ metric: 'hrv_rmssd', value: 48, unit: 'ms' }],
            provenance: { object_kind: 'vendor', object_id: 'sleep/1', flags: ['unit_converted'] },
          },
        },
      ],
    });
  });

  it('quarantines what cannot be and what is still to come', () => {
    const readings = [{ path: 'x', metric: 'hrv_rmssd', value: 4000, unit: 'ms' }];
    const message = 'must lie between 1 and 300 ms';
    expect(classify({ readings })).toEqual({
      kind: 'quarantined',
      reason: 'implausible_value',
      problems: [{ path: 'x', message }],
    });
    const timeless = { kind: 'quarantined', reason: 'invalid_event', problems: [{ path: 'timestamp' }] };
    expect(classify({ timestamp: 'string' })).toMatchObject(timeless);
    const future = classify({ timestamp: '2026-03-02T10:00:00Z' });
    expect(future).toMatchObject({ kind: 'quarantined', reason: 'future_timestamp' });
  });

  it('leaves out one impossible reading and a zero that means nothing, and keeps true zeros', () => {
    const given = [
      ['hrv_rmssd', 4000, 'ms'],
      ['heart_rate', 0, '/min'],
      ['skin_temp', 0, 'Cel'],
      ['skin_temp_deviation', 0, 'Cel'],
      ['steps', 0, '{steps}'],
      ['strain', 0, '{score}'],
      ['spo2', 97, '%'],
    ] as const;
    const classified = classify({
      readings: given.map(([metric, value, unit]) => ({ path: metric, metric, value, unit })),
    });
    if (classified.kind !== 'versions') throw new Error(classified.kind);
    const { event } = classified.parts[0] as (typeof classified.parts)[number];
    expect(event.readings.map(({ metric, value }) => [metric, value])).toEqual([
      ['skin_temp_deviation', 0],
      ['steps', 0],
      ['strain', 0],
      ['spo2', 97],
    ]);
    expect(event.provenance.flags).toContain('fields_left_out');
    expect(classified.lost.map(({ path, why }) => [path, why])).toEqual([
      ['hrv_rmssd', 'implausible'],
      ['heart_rate', 'not_measured'],
      ['skin_temp', 'not_measured'],
    ]);
  });

  it('keeps what has no reading that the dictionary knows', () => {
    const readings = [{ path: 'x', metric: 'aura', value: 1 }];
    expect(classify({ readings })).toMatchObject({ kind: 'unmapped', reason: 'no_readings' });
  });

  it('says how to withdraw what has no reading any more, but not what may come in parts', () => {
    const readings = [{ path: 'x', metric: 'aura', value: 1 }];
    const withdrawal = {
      objectId: 'sleep/1',
      vendorVersion: 2,
      event: { operation: 'delete', readings: [] },
    };
    expect(classify({ readings })).toMatchObject({ withdrawal });
    const gone = { kind: 'unmapped', reason: 'unscorable', objectId: 'sleep/1', vendorVersion: 2 } as const;
    expect(classifyObject(gone, arrival)).toMatchObject({ kind: 'unmapped', withdrawal });
    expect(classifyObject(observed({ ...night, readings: [] }), arrival)).toMatchObject({ withdrawal });
    const part = { ...night, completeness: 1, readings };
    const kept = { kind: 'unmapped', reason: 'no_readings' };
    expect(classifyObject({ kind: 'object', object: part }, arrival)).toEqual(kept);
    expect(classifyObject(observed({ ...part, readings: [] }), arrival)).toEqual(kept);
  });

  it('drops what is older than anything that is kept', () => {
    expect(classify({ timestamp: '2019-01-01T00:00:00Z' })).toEqual({
      kind: 'dropped',
      reason: 'out_of_range',
    });
  });

  it('takes a day alone for its noon where the person is, and for its arrival while that is to come', () => {
    const timeOf = (timestamp: string, zone: PersonZone = unknownZone) => {
      const classified = classify({ timestamp }, zone);
      return classified.kind === 'versions'
        ? classified.parts.map(({ event }) => event.timestamp)
        : classified.kind;
    };
    expect(timeOf('2026-03-01')).toEqual(['2026-03-01T12:00:00+00:00']);
    expect(timeOf('2026-03-01', { timeZone: 'Asia/Tokyo' })).toEqual(['2026-03-01T12:00:00+09:00']);
    expect(timeOf('2026-03-02')).toEqual(['2026-03-02T08:00:00+00:00']);
    expect(timeOf('2026-03-03')).toEqual('quarantined');
  });

  it('says that the time of a day alone is assumed, which is no part of its content', () => {
    const eventIn = (zone: PersonZone) => {
      const classified = classify({ timestamp: '2026-03-01' }, zone);
      return classified.kind === 'versions' ? classified.parts[0]?.event : undefined;
    };
    const home = eventIn(unknownZone);
    const moved = eventIn({ timeZone: 'Asia/Tokyo' });
    expect(home?.provenance.flags).toEqual(['time_assumed']);
    expect(moved?.timestamp).not.toBe(home?.timestamp);
    // So that a later profile re-dates nothing: the same document is the same version.
    expect(moved?.provenance.content_hash).toBe(home?.provenance.content_hash);
    const stated = classify({ timestamp: '2026-03-01T12:00:00Z' });
    expect(stated.kind === 'versions' && stated.parts[0]?.event.provenance).toMatchObject({
      content_hash: home?.provenance.content_hash,
      flags: [],
    });
  });

  it('splits a series that is too long, with stable ids', () => {
    const readings = Array.from({ length: maxReadings + 1 }, (_, nr) => ({
      path: `items.${nr}`,
      metric: 'heart_rate',
      value: 60,
    }));
    const classified = classify({ readings });
    expect(classified.kind === 'versions' && classified.parts.map(({ objectId }) => objectId)).toEqual([
      'sleep/1',
      'sleep/1#2',
    ]);
  });
});
