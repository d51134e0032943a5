import { describe, expect, it } from 'vitest';
import { readHeartRate } from './heart-rate.ts';

describe('heartrate points', () => {
  it('carry what they say of the moment', () => {
    const at = '2026-07-06T01:02:03+00:00';
    const contextOf = (source?: string) =>
      readHeartRate([{ timestamp: at, bpm: 61, source }]).points.map(({ context }) => context);
    expect(['sleep', 'rest', 'session', 'workout', 'awake', 'live', undefined].flatMap(contextOf)).toEqual([
      'sleep',
      'rest',
      'rest',
      'active',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are in UTC, which is spelled as if they were of Greenwich', () => {
    const [point] = readHeartRate([{ timestamp: '2026-07-06T01:02:03+00:00', bpm: 61 }]).points;
    expect(point?.end).toBe('2026-07-06T01:02:03Z');
  });

  it('take a zero for a gap and a source that is none for no source', () => {
    const timestamp = '2026-07-06T01:02:03Z';
    const { points, unreadable } = readHeartRate([
      { timestamp, bpm: 0 },
      { timestamp, bpm: 61, source: 3 },
    ]);
    expect(points.map(({ value }) => value)).toEqual([61]);
    expect(unreadable).toEqual([]);
  });

  it.each([
    ['is absent', {}],
    ['is null', { timestamp: null }],
    ['is no time', { timestamp: 'yesterday' }],
  ])('have the time of timestamp_unix where timestamp %s', (_case, change) => {
    const ends = (timestamp_unix: unknown) =>
      readHeartRate([{ timestamp_unix, bpm: 61, ...change }]).points.map(({ end }) => end);
    expect(ends(Date.parse('2026-07-06T01:02:03Z'))).toEqual(['2026-07-06T01:02:03Z']);
    expect(ends(Date.parse('2026-07-06T01:02:03.250Z'))).toEqual(['2026-07-06T01:02:03.25Z']);
    for (const none of [0, 1, 1e12 + 0.5, 1e300, '1783299723000', null]) expect(ends(none)).toEqual([]);
  });

  it('keep the point as it came, set aside what is none, and leave out placeholders', () => {
    const raw = { timestamp: '2026-07-06T01:02:03.000Z', timestamp_unix: 1, bpm: 61, source: 'awake' };
    const unreadable = [null, { ...raw, bpm: '61' }, { bpm: 61 }, { ...raw, timestamp: 'yesterday' }];
    expect(readHeartRate([raw, ...unreadable, { ...raw, timestamp: 'string' }])).toEqual({
      points: [{ metric: 'heart_rate', end: '2026-07-06T01:02:03Z', value: 61, unit: '/min', raw }],
      unreadable,
    });
  });
});
