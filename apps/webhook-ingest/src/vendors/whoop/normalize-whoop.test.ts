import { describe, expect, it } from 'vitest';
import { eventFrom, objectFrom } from '../../../test/documents/event-from.ts';
import { whoopCycle, whoopDocuments, whoopRecovery, whoopSleep, whoopWorkout } from './fixtures.ts';
import { normalizeWhoop } from './normalize-whoop.ts';

const night = { start: '2026-07-05T23:15:00+05:45', end: '2026-07-06T06:30:00+05:45' };
const asleep = { ...night, context: 'sleep' };

describe('a sleep', () => {
  it('is a night on the clock of the person', () => {
    const event = eventFrom('whoop', normalizeWhoop('sleep', whoopSleep()));
    expect(event).toMatchObject({ event_type: 'sleep', timestamp: night.end });
    expect(event.readings).toEqual([
      { metric: 'respiratory_rate', value: 16.11, unit: '/min', ...asleep, statistic: 'average' },
      { metric: 'time_in_bed', value: 26_100, unit: 's', ...asleep },
      { metric: 'sleep_light', value: 13_000, unit: 's', ...asleep },
      { metric: 'sleep_deep', value: 5000, unit: 's', ...asleep },
      { metric: 'sleep_rem', value: 6000, unit: 's', ...asleep },
      { metric: 'sleep_awake', value: 2100, unit: 's', ...asleep },
      { metric: 'sleep_duration', value: 24_000, unit: 's', ...asleep },
      { metric: 'sleep_efficiency', value: 91.7, unit: '%', ...asleep },
      { metric: 'sleep_performance', value: 88, unit: '%', ...asleep },
    ]);
  });

  it('by day is a nap, whose breath is not that of a night', () => {
    const event = eventFrom('whoop', normalizeWhoop('sleep', whoopSleep({ nap: true })));
    expect(event.event_type).toBe('nap');
    expect(event.readings[0]).toMatchObject({ metric: 'respiratory_rate', context: 'rest' });
  });

  it.each([
    ['-03:30', '2026-07-05T21:15:00-03:30'],
    ['Z', '2026-07-06T00:45:00Z'],
    ['+00:00', '2026-07-06T00:45:00Z'],
  ])('at %s ends at %s', (timezone_offset, end) => {
    expect(eventFrom('whoop', normalizeWhoop('sleep', whoopSleep({ timezone_offset }))).timestamp).toBe(end);
  });

  const { score } = whoopSleep();
  it.each([
    ['an offset that is none', { timezone_offset: '+5:45' }, 'timezone_offset'],
    ['an offset of another world', { timezone_offset: '+25:00' }, 'timezone_offset'],
    ['an end before its start', { end: '2026-07-05T17:30:00.000Z' }, 'end'],
    ['no score', { score: null }, 'score'],
    [
      'more sleep than time in bed',
      { score: { ...score, stage_summary: { ...score.stage_summary, total_in_bed_time_milli: 23_999_999 } } },
      'score.stage_summary.total_in_bed_time_milli',
    ],
  ])('with %s is quarantined, by the name of the field', (_, changes, path) => {
    const result = normalizeWhoop('sleep', whoopSleep(changes));
    const objectId = 'sleep/550e8400-e29b-41d4-a716-446655440000';
    expect(result).toMatchObject({ kind: 'quarantined', objectId, problems: [{ path }] });
  });
});

describe('a recovery', () => {
  it('is of the night of its sleep', () => {
    const event = eventFrom('whoop', normalizeWhoop('recovery', whoopRecovery(), { sleep: whoopSleep() }));
    expect(event).toMatchObject({ event_type: 'recovery', timestamp: night.end });
    const average = { ...asleep, statistic: 'average' };
    expect(event.readings).toEqual([
      { metric: 'recovery_score', value: 44, unit: '{score}' },
      { metric: 'hrv_rmssd', value: 31.813562, unit: 'ms', ...average },
      { metric: 'resting_heart_rate', value: 57, unit: '/min', ...night },
      { metric: 'spo2', value: 95.6875, unit: '%', ...average },
      { metric: 'skin_temp', value: 33.7, unit: 'Cel', ...average },
    ]);
  });

  it.each([
    ['without its sleep', undefined],
    ['beside another sleep', whoopSleep({ id: 'another' })],
    ['beside a sleep that cannot be read', whoopSleep({ start: 'string' })],
  ])('%s counts when it was made', (_, sleep) => {
    const event = eventFrom('whoop', normalizeWhoop('recovery', whoopRecovery(), { sleep }));
    expect(event.timestamp).toBe('2026-07-06T01:05:00Z');
    expect(event.readings.every(({ start, end }) => start === undefined && end === undefined)).toBe(true);
  });

  it('of an older strap has no oxygen and no temperature', () => {
    const score = { ...whoopRecovery().score, spo2_percentage: null, skin_temp_celsius: undefined };
    const event = eventFrom('whoop', normalizeWhoop('recovery', whoopRecovery({ score })));
    expect(event.readings.map(({ metric }) => metric)).toEqual([
      'recovery_score',
      'hrv_rmssd',
      'resting_heart_rate',
    ]);
  });

  it('in seconds is put right and flagged', () => {
    const score = { ...whoopRecovery().score, hrv_rmssd_milli: 0.0684 };
    const event = eventFrom('whoop', normalizeWhoop('recovery', whoopRecovery({ score })));
    expect(event.readings[1]).toMatchObject({ value: 68.4, unit: 'ms' });
    expect(event.provenance.flags).toEqual(['seconds_as_ms']);
  });

  it('without a score of its own is quarantined', () => {
    expect(normalizeWhoop('recovery', whoopRecovery({ score: undefined }))).toMatchObject({
      kind: 'quarantined',
    });
  });
});

describe('a cycle', () => {
  it('has the strain and all energy of the day', () => {
    const event = eventFrom('whoop', normalizeWhoop('cycle', whoopCycle()));
    const day = { start: '2026-07-05T23:15:00+05:45', end: '2026-07-06T22:50:00+05:45' };
    expect(event).toMatchObject({ event_type: 'cycle', timestamp: day.end });
    expect(event.readings).toEqual([
      { metric: 'strain', value: 10.3, unit: '{score}', ...day },
      { metric: 'total_energy', value: 2000, unit: 'kcal', ...day, statistic: 'sum' },
      { metric: 'heart_rate', value: 68, unit: '/min', ...day, statistic: 'average' },
      { metric: 'heart_rate', value: 141, unit: '/min', ...day, statistic: 'maximum' },
    ]);
  });

  it.each([[undefined], [null]])('that still runs is waited for', (end) => {
    expect(normalizeWhoop('cycle', whoopCycle({ end }))).toEqual({
      kind: 'waiting',
      objectId: 'cycle/93845',
    });
  });

  it('with a time that is none is quarantined', () => {
    expect(normalizeWhoop('cycle', whoopCycle({ end: 'tonight' })).kind).toBe('quarantined');
  });
});

describe('a workout', () => {
  it('says when it was and what it took', () => {
    const event = eventFrom('whoop', normalizeWhoop('workout', whoopWorkout()));
    const active = {
      start: '2026-07-06T16:45:00+05:45',
      end: '2026-07-06T17:25:00+05:45',
      context: 'active',
    };
    expect(event).toMatchObject({ event_type: 'workout', timestamp: active.end });
    expect(event.readings).toEqual([
      { metric: 'workout_duration', value: 2400, unit: 's', ...active, statistic: 'sum' },
      { metric: 'strain', value: 8.2, unit: '{score}', ...active },
      { metric: 'heart_rate', value: 123, unit: '/min', ...active, statistic: 'average' },
      { metric: 'heart_rate', value: 146, unit: '/min', ...active, statistic: 'maximum' },
      { metric: 'total_energy', value: 375, unit: 'kcal', ...active, statistic: 'sum' },
      { metric: 'distance', value: 1772.7, unit: 'm', ...active, statistic: 'sum' },
    ]);
  });

  it('of the API before, with a number for an id and without an s, is taken', () => {
    const score = {
      ...whoopWorkout().score,
      zone_durations: undefined,
      zone_duration: { zone_zero_milli: 1 },
    };
    const object = objectFrom(normalizeWhoop('workout', whoopWorkout({ id: 1043, sport_id: 1, score })));
    expect(object.objectId).toBe('workout/1043');
  });

  it('with an end before its start is quarantined', () => {
    expect(normalizeWhoop('workout', whoopWorkout({ end: '2026-07-06T11:00:00.000Z' })).kind).toBe(
      'quarantined',
    );
  });
});

describe('any document', () => {
  it.each([...whoopDocuments])('%s has the time of its update as version', (type, document) => {
    const object = objectFrom(normalizeWhoop(type, document));
    expect(object.vendorVersion).toBe(Date.parse('2026-07-06T01:10:00.123Z'));
  });

  it.each([...whoopDocuments])('%s without its score is waited for, never zeros', (type, document) => {
    const pending = { ...document, score_state: 'PENDING_SCORE', score: undefined };
    const id = String(type === 'recovery' ? document['sleep_id'] : document['id']);
    expect(normalizeWhoop(type, pending)).toEqual({ kind: 'waiting', objectId: `${type}/${id}` });
  });

  it.each([...whoopDocuments])('%s that cannot be scored is kept', (type, document) => {
    const unscorable = { ...document, score_state: 'UNSCORABLE', score: null };
    expect(normalizeWhoop(type, unscorable)).toEqual({ kind: 'unmapped', reason: 'unscorable' });
  });

  it.each([
    ['sleep', { id: undefined }, 'id'],
    ['recovery', { sleep_id: null }, 'sleep_id'],
    ['workout', { updated_at: 'string' }, 'updated_at'],
    ['cycle', { score_state: 'GUESSED' }, 'score_state'],
  ])('%s without what tells its state is quarantined', (type, changes, path) => {
    const result = normalizeWhoop(type, { ...whoopDocuments.get(type), ...changes });
    expect(result).toMatchObject({ kind: 'quarantined', problems: [{ path }] });
  });

  it('of an unknown type is kept', () => {
    expect(normalizeWhoop('toString', whoopSleep())).toEqual({ kind: 'unmapped', reason: 'unknown_type' });
  });
});
