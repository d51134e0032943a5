import { buildEvent } from '@bridge/testing';
import { utc } from '@bridge/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runDigest, spanOf, unpackBins } from '../src/digest-task.ts';

const hourMs = 3_600_000;
const start = Date.UTC(2026, 10, 19);
const borders = [start, start + 24 * hourMs, start + 48 * hourMs];
const pulse = (hours: number, value: number, device?: string) =>
  buildEvent({
    event_type: 'heart_rate',
    timestamp: utc(start + hours * hourMs),
    readings: [{ metric: 'heart_rate', value, unit: '/min' }],
    ...(device !== undefined && { device_id: device }),
  });

describe('digesting days', () => {
  it('gives each day its figures, and each device its five minutes', () => {
    const events = [pulse(1, 60, 'ring'), pulse(1.01, 70, 'ring'), pulse(2, 90, 'watch'), pulse(25, 80)];
    const [first, second] = runDigest(events, { kind: 'days', borders });
    expect(first?.blocks).toEqual([
      {
        metric: 'heart_rate',
        unit: '/min',
        total: { min: 60, median: 70, max: 90, count: 3 },
        devices: [
          ['oura', 'ring'],
          ['oura', 'watch'],
        ],
        bins: [
          [12, 60, 65, 70, 2],
          [24, 90, 90, 90, 1],
        ],
      },
    ]);
    expect(unpackBins(first?.blocks[0]?.bins[0] ?? [], start)).toEqual([
      { at: start + hourMs, min: 60, median: 65, max: 70, count: 2 },
    ]);
    expect(first?.newest.map(({ device, value }) => [device, value])).toEqual([
      ['watch', 90],
      ['ring', 70],
    ]);
    expect(second?.blocks[0]?.devices).toEqual([['oura', null]]);
  });

  it("counts a day's total on its day, and a night on the day on which it ended", () => {
    const events = [
      buildEvent({
        event_type: 'activity',
        timestamp: utc(borders[1] as number),
        readings: [
          {
            ...{ metric: 'steps', value: 9_000, unit: '{steps}', statistic: 'sum' },
            start: utc(start),
            end: utc(borders[1] as number),
          },
        ],
      }),
      buildEvent({
        event_type: 'sleep',
        timestamp: utc(start + 30 * hourMs),
        readings: [
          {
            ...{ metric: 'hrv_rmssd', value: 48, unit: 'ms', context: 'sleep', statistic: 'average' },
            start: utc(start + 22 * hourMs),
            end: utc(start + 30 * hourMs),
          },
        ],
      }),
    ];
    const [first, second] = runDigest(events, { kind: 'days', borders });
    expect(first?.blocks.map(({ metric }) => metric)).toEqual(['steps']);
    expect(second?.blocks.map(({ metric }) => metric)).toEqual(['hrv_rmssd']);
    expect(second?.nights).toMatchObject([{ start: start + 22 * hourMs, end: start + 30 * hourMs }]);
  });

  it('leaves a minimum out of the chart', () => {
    const event = buildEvent({
      timestamp: utc(start + hourMs),
      readings: [{ metric: 'heart_rate', value: 40, unit: '/min', statistic: 'minimum' }],
    });
    const [day] = runDigest([event], { kind: 'days', borders });
    expect(day?.blocks).toEqual([]);
    expect(day?.newest).toHaveLength(1);
  });
});

describe('digesting a series', () => {
  it('takes one metric within the borders, and names its devices', () => {
    const events = [pulse(1, 60, 'ring'), pulse(30, 80, 'watch'), pulse(49, 200, 'late')];
    expect(runDigest(events, { kind: 'series', metric: 'heart_rate', borders })).toEqual({
      bins: [
        { at: borders[0], min: 60, median: 60, max: 60, count: 1 },
        { at: borders[1], min: 80, median: 80, max: 80, count: 1 },
      ],
      devices: [
        ['oura', 'ring'],
        ['oura', 'watch'],
      ],
    });
    expect(runDigest(events, { kind: 'series', metric: 'spo2', borders }).bins).toEqual([]);
  });
});

describe('spanOf', () => {
  it('finds the last border that is not after a time', () => {
    const sorted = fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sorted, fc.integer({ min: -10, max: 1_010 }), (list, at) => {
        const ascending = list.toSorted((a, b) => a - b);
        expect(spanOf(ascending, at)).toBe(ascending.findLastIndex((border) => border <= at));
      }),
    );
  });
});
