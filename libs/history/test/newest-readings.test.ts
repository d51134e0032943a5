import { buildEvent } from '@bridge/testing';
import { utc, type Reading } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { pointsOf } from '../src/measured-point.ts';
import { newestOf, newestReading } from '../src/newest-readings.ts';

const start = Date.UTC(2026, 10, 19);
const at = (minute: number) => utc(start + minute * 60_000);
const points = (minute: number, device: string | undefined, ...readings: Reading[]) =>
  pointsOf(
    buildEvent({ timestamp: at(minute), readings, ...(device !== undefined && { device_id: device }) }),
  );
const pulse = (value: number, more: Partial<Reading> = {}): Reading => ({
  ...{ metric: 'heart_rate', value, unit: '/min' },
  ...more,
});

describe('newestOf', () => {
  it('keeps one of each metric and device, however many came since', () => {
    const many = Array.from({ length: 2_000 }, (_, minute) =>
      points(minute, 'watch', pulse(60 + (minute % 9))),
    );
    const found = newestOf([
      ...points(0, 'ring', pulse(50), { metric: 'spo2', value: 97, unit: '%' }),
      ...many.flat(),
    ]);
    expect(found.map(({ metric, device, end }) => [metric, device, end - start])).toEqual([
      ['heart_rate', 'watch', 1_999 * 60_000],
      ['heart_rate', 'ring', 0],
      ['spo2', 'ring', 0],
    ]);
  });

  it('takes a mean rather than a minimum of the same time, in whichever order they come', () => {
    const both = points(
      0,
      undefined,
      pulse(48, { statistic: 'minimum' }),
      pulse(55, { statistic: 'average' }),
    );
    expect(newestOf(both)).toMatchObject([{ value: 55 }]);
    expect(newestOf(both.toReversed())).toMatchObject([{ value: 55 }]);
  });

  it('says an interval from its start', () => {
    const [point] = points(60, undefined, pulse(55, { start: at(0), end: at(60), context: 'sleep' }));
    expect(point && newestReading(point)).toEqual({
      ...{ metric: 'heart_rate', value: 55, unit: '/min', source: 'oura', context: 'sleep' },
      at: at(0),
      end: at(60),
    });
  });
});
