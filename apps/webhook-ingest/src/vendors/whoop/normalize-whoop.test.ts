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
    ['Z', '2026-07-06T00:45:00+00:00'],
    ['+00:00', '2026-07-06T00:45:00+00:00'],
    [undefined, '2026-07-06T00:45:00Z'],
  ])('at %s ends at %s', (timezone_offset, end) => {
    expect(eventFrom('whoop', normalizeWhoop('sleep', whoopSleep({ timezone_offset }))).timestamp).toBe(end);
  });

  const { score } = whoopSleep();
  const withStages = (changes: object) => ({
    score: { ...score, stage_summary: { ...score.stage_summary, ...changes } },
  });
  it.each([
    ['an offset that is none', { timezone_offset: '+5:45' }, 'timezone_offset'],
    ['an offset of another world', { timezone_offset: '+25:00' }, 'timezone_offset'],
    ['no offset', { timezone_offset: undefined }, 'timezone_offset'],
    ['an end before its start', { end: '2026-07-05T17:30:00.000Z' }, 'end'],
    [
      'less time in bed than sleep',
      withStages({ total_in_bed_time_milli: 23_969_999 }),
      'score.stage_summary.total_in_bed_time_milli',
    ],
    [
      'more sleep than the bed has room for',
      withStages({ total_rem_sleep_time_milli: 8_130_001 }),
      'score.stage_summary',
    ],
    ['a breath as text', { score: { ...score, respiratory_rate: '16' } }, 'score.respiratory_rate'],
  ])('with %s loses that field and says which', (_, changes, path) => {
    const { lost, readings } = objectFrom(normalizeWhoop('sleep', whoopSleep(changes)));
    expect(lost).toMatchObject([{ path }]);
    expect(readings.map(({ metric }) => metric)).toContain('sleep_performance');
    expect(readings.every((reading) => reading.path !== path)).toBe(true);
  });

  it('of which one stage is missing has no sum, which would be a shorter night', () => {
    const changes = withStages({ total_light_sleep_time_milli: undefined });
    const metrics = objectFrom(normalizeWhoop('sleep', whoopSleep(changes))).readings.map(
      (one) => one.metric,
    );
    expect(metrics).not.toContain('sleep_duration');
    expect(metrics).toContain('sleep_rem');
  });

  it('without a score has nothing to read', () => {
    expect(normalizeWhoop('sleep', whoopSleep({ score: null }))).toEqual({
      kind: 'unmapped',
      reason: 'no_readings',
      objectId: `sleep/${whoopSleep().id}`,
      vendorVersion: Date.parse('2026-07-06T01:10:00.123Z'),
    });
  });

  it('that does not say whether it is a nap is one if it is short', () => {
    const nap = undefined;
    const typeOf = (changes: object) =>
      objectFrom(normalizeWhoop('sleep', whoopSleep({ nap, ...changes }))).eventType;
    expect(typeOf({})).toBe('sleep');
    expect(typeOf({ start: '2026-07-05T23:30:00.000Z' })).toBe('nap');
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

  it('without a score of its own has nothing to read', () => {
    expect(normalizeWhoop('recovery', whoopRecovery({ score: undefined }))).toMatchObject({
      kind: 'unmapped',
      reason: 'no_readings',
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

  it('with a time that is none counts at the other one', () => {
    const object = objectFrom(normalizeWhoop('cycle', whoopCycle({ end: 'tonight' })));
    expect(object.timestamp).toBe('2026-07-05T23:15:00.000+05:45');
    expect(object.flags).toEqual(['time_assumed']);
  });

  it('without energy has its strain', () => {
    const score = { ...whoopCycle().score, kilojoule: undefined };
    const object = objectFrom(normalizeWhoop('cycle', whoopCycle({ score })));
    expect(object.readings.map(({ metric }) => metric)).toEqual(['strain', 'heart_rate', 'heart_rate']);
    expect(object.lost).toMatchObject([{ why: 'missing', path: 'score.kilojoule' }]);
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

  it('with an end before its start has no duration', () => {
    const end = '2026-07-06T11:00:00.000Z';
    const object = objectFrom(normalizeWhoop('workout', whoopWorkout({ end })));
    expect(object.lost).toMatchObject([{ path: 'end' }]);
    expect(object.readings[0]).toMatchObject({ metric: 'strain', value: 8.2 });
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

  it.each([...whoopDocuments])('%s that cannot be scored is kept, and says which it is', (type, document) => {
    const unscorable = { ...document, score_state: 'UNSCORABLE', score: null };
    const id = String(type === 'recovery' ? document['sleep_id'] : document['id']);
    const unmapped = { kind: 'unmapped', reason: 'unscorable', objectId: `${type}/${id}` };
    expect(normalizeWhoop(type, unscorable)).toEqual({
      ...unmapped,
      vendorVersion: Date.parse('2026-07-06T01:10:00.123Z'),
    });
    expect(normalizeWhoop(type, { ...unscorable, updated_at: 'string' })).toEqual(unmapped);
  });

  it.each([
    ['sleep', { id: undefined }, 'id'],
    ['recovery', { sleep_id: null }, 'sleep_id'],
    ['workout', { id: 'a b' }, 'id'],
  ])('%s without what names it is quarantined', (type, changes, path) => {
    const result = normalizeWhoop(type, { ...whoopDocuments.get(type), ...changes });
    expect(result).toMatchObject({ kind: 'quarantined', problems: [{ path }] });
  });

  it.each([...whoopDocuments])(
    '%s that does not say when it was updated has no version',
    (type, document) => {
      const object = objectFrom(normalizeWhoop(type, { ...document, updated_at: 'string' }));
      expect(object).not.toHaveProperty('vendorVersion');
      expect(object.lost).toMatchObject([{ path: 'updated_at' }]);
    },
  );

  it.each([...whoopDocuments])('%s of a state to come is read by its score', (type, document) => {
    const guessed = { ...document, score_state: 'GUESSED' };
    expect(objectFrom(normalizeWhoop(type, guessed)).readings.length).toBeGreaterThan(0);
    expect(normalizeWhoop(type, { ...guessed, score: null }).kind).toBe('waiting');
  });

  it('of an unknown type is kept', () => {
    expect(normalizeWhoop('toString', whoopSleep())).toEqual({ kind: 'unmapped', reason: 'unknown_type' });
  });
});
