import { buildEvent, buildReading } from '@bridge/testing';
import { describe, expect, it } from 'vitest';
import { newestReadings } from './newest-readings.ts';

const pulse = (value: number) => buildReading({ metric: 'heart_rate', value, unit: '/min' });
const values = (events: Parameters<typeof newestReadings>[0]) =>
  newestReadings(events).map(({ metric, value }) => [metric, value]);

function version(number: number, given: Parameters<typeof buildEvent>[0]) {
  const event = buildEvent({ ...given, version: number });
  return { ...event, provenance: { ...event.provenance, object_id: 'night-1' } };
}

describe('newestReadings', () => {
  it('gives the newest value of each metric, newest first', () => {
    const events = [
      buildEvent({ timestamp: '2026-11-20T08:00:00Z', readings: [pulse(61)] }),
      buildEvent({
        timestamp: '2026-11-20T09:00:00+02:00',
        readings: [pulse(99), buildReading({ value: 40 })],
      }),
    ];
    expect(values(events)).toEqual([
      ['heart_rate', 61],
      ['hrv_rmssd', 40],
    ]);
  });

  it.each([
    ['minimum', 44],
    ['maximum', 171],
    ['standard_deviation', 9],
  ] as const)('shows a %s only where the metric has no other value', (statistic, value) => {
    const bound = buildEvent({
      timestamp: '2026-11-20T10:00:00Z',
      readings: [{ ...pulse(value), statistic }],
    });
    const average = buildEvent({
      timestamp: '2026-11-20T09:00:00Z',
      readings: [{ ...pulse(63), statistic: 'average' }],
    });
    expect(values([bound, average])).toEqual([['heart_rate', 63]]);
    expect(values([average, bound])).toEqual([['heart_rate', 63]]);
    expect(newestReadings([bound])).toMatchObject([{ value, statistic }]);
  });

  it('takes the end of an interval as its time', () => {
    const late = { ...pulse(70), start: '2026-11-20T08:00:00Z', end: '2026-11-20T10:00:00Z' };
    const events = [
      buildEvent({ timestamp: '2026-11-20T09:00:00Z', readings: [pulse(61)] }),
      buildEvent({ timestamp: '2026-11-20T08:00:00Z', readings: [late] }),
    ];
    expect(newestReadings(events)).toMatchObject([{ value: 70, at: '2026-11-20T10:00:00Z', source: 'oura' }]);
  });

  it('shows the highest version of an object, and nothing of a deleted one', () => {
    const first = version(1, { readings: [pulse(90)] });
    const second = version(2, { readings: [pulse(60)] });
    const gone = version(3, { readings: [], operation: 'delete' });
    expect(values([first, second])).toEqual([['heart_rate', 60]]);
    expect(values([second, first])).toEqual([['heart_rate', 60]]);
    expect(values([gone, first, second])).toEqual([]);
  });
});
