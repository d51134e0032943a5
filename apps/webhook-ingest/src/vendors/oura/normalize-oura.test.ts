import { describe, expect, it } from 'vitest';
import { eventFrom, objectFrom } from '../../../test/documents/event-from.ts';
import { ouraDaily, ouraDocuments, ouraSession, ouraSleep, ouraWorkout } from './fixtures.ts';
import { normalizeOura } from './normalize-oura.ts';

const night = { start: '2026-07-05T23:10:00+09:00', end: '2026-07-06T06:30:00+09:00' };
const noon = '2026-07-06T12:00:00+00:00';
const inTokyo = { timeZone: 'Asia/Tokyo' };

function sleepWith(changes: Record<string, unknown>) {
  return normalizeOura('sleep', ouraSleep(changes));
}

describe('a sleep period', () => {
  it('is a night with its own times and offset', () => {
    const event = eventFrom('oura', sleepWith({}));
    expect(event).toMatchObject({ event_type: 'sleep', timestamp: night.end });
    const asleep = { ...night, context: 'sleep' };
    expect(event.readings.slice(0, 4)).toEqual([
      { metric: 'hrv_rmssd', value: 61, unit: 'ms', ...asleep, statistic: 'average' },
      { metric: 'heart_rate', value: 52.125, unit: '/min', ...asleep, statistic: 'average' },
      { metric: 'heart_rate', value: 46, unit: '/min', ...asleep, statistic: 'minimum' },
      { metric: 'respiratory_rate', value: 13.875, unit: '/min', ...asleep, statistic: 'average' },
    ]);
    expect(event.readings.slice(8)).toEqual([
      { metric: 'time_in_bed', value: 26_400, unit: 's', ...asleep },
      { metric: 'sleep_duration', value: 24_000, unit: 's', ...asleep },
      { metric: 'sleep_deep', value: 4800, unit: 's', ...asleep },
      { metric: 'sleep_light', value: 13_200, unit: 's', ...asleep },
      { metric: 'sleep_rem', value: 6000, unit: 's', ...asleep },
      { metric: 'sleep_awake', value: 2400, unit: 's', ...asleep },
      { metric: 'sleep_latency', value: 540, unit: 's', ...asleep },
      { metric: 'sleep_efficiency', value: 91, unit: '%', ...asleep },
    ]);
  });

  it('of London in winter keeps its offset, in its series too', () => {
    const [start, end] = ['2026-01-05T23:10:00+00:00', '2026-01-06T06:30:00+00:00'];
    const hrv = { interval: 300, items: [48], timestamp: '2026-01-05T23:10:00.000+00:00' };
    const winter = { bedtime_start: start, bedtime_end: end, hrv, heart_rate: null };
    const event = eventFrom('oura', sleepWith(winter));
    expect(event.timestamp).toBe(end);
    expect(event.readings[0]).toMatchObject({ start, end });
    expect(event.readings[4]).toMatchObject({ end: '2026-01-05T23:15:00+00:00' });
  });

  it('never takes the lowest pulse for a resting one', () => {
    const metrics = eventFrom('oura', sleepWith({})).readings.map(({ metric }) => metric);
    expect(metrics).not.toContain('resting_heart_rate');
  });

  it('leaves the gaps of its series out', () => {
    expect(eventFrom('oura', sleepWith({})).readings.slice(4, 8)).toEqual([
      { metric: 'heart_rate', value: 58, unit: '/min', end: '2026-07-05T23:15:00+09:00', context: 'sleep' },
      { metric: 'heart_rate', value: 55, unit: '/min', end: '2026-07-05T23:25:00+09:00', context: 'sleep' },
      { metric: 'hrv_rmssd', value: 48, unit: 'ms', end: '2026-07-05T23:20:00+09:00', context: 'sleep' },
      { metric: 'hrv_rmssd', value: 66, unit: 'ms', end: '2026-07-05T23:25:00+09:00', context: 'sleep' },
    ]);
  });

  it('ends its series with the night, so that no sample is newer than the mean', () => {
    const hrv = { interval: 300, items: [50, 51, 52], timestamp: '2026-07-06T06:22:00+09:00' };
    const samples = eventFrom('oura', sleepWith({ hrv, heart_rate: null })).readings.slice(4, -8);
    expect(samples.map(({ value, end }) => [value, end])).toEqual([
      [50, '2026-07-06T06:27:00+09:00'],
      [51, night.end],
    ]);
  });

  it.each(['sleep', 'late_nap'])('of type %s is a nap, whose vitals are none of a night', (type) => {
    const event = eventFrom('oura', sleepWith({ type }));
    expect(event.event_type).toBe('nap');
    const vitals = event.readings.filter(({ metric }) => /^(heart|hrv|resp)/.test(metric));
    expect(new Set(vitals.map(({ context }) => context))).toEqual(new Set(['rest']));
  });

  it.each(['rest', 'deleted'])('of type %s does not count any more', (type) => {
    expect(sleepWith({ type })).toEqual({ kind: 'withdrawn', objectId: 'sleep/sleep-1', vendorVersion: 3 });
  });

  it('of a type to come is kept', () => {
    expect(sleepWith({ type: 'hibernation' })).toEqual({ kind: 'unmapped', reason: 'unknown_type' });
  });

  it('of which only its length is known is one', () => {
    const unknown = { total_sleep_duration: null, efficiency: undefined };
    const metrics = eventFrom('oura', sleepWith(unknown)).readings.map(({ metric }) => metric);
    expect(metrics).toContain('time_in_bed');
    expect(metrics).not.toContain('sleep_duration');
  });

  it('without a type is a night', () => {
    expect(eventFrom('oura', sleepWith({ type: null })).event_type).toBe('sleep');
  });

  it.each([
    ['more sleep than the bed has room for', { total_sleep_duration: 26_431 }, 'total_sleep_duration'],
    ['less time in bed than sleep', { time_in_bed: 23_969 }, 'time_in_bed'],
    ['an end before its start', { bedtime_end: '2026-07-05T23:10:00+09:00' }, 'bedtime_end'],
    ['a start that is no time', { bedtime_start: 'yesterday' }, 'bedtime_start'],
    ['no time in bed', { time_in_bed: null }, 'time_in_bed'],
    ['a pulse as text', { average_heart_rate: '52' }, 'average_heart_rate'],
    [
      'a series without interval',
      { hrv: { interval: 0, items: [], timestamp: night.start } },
      'hrv.interval',
    ],
    ['a version that is no number', { meta: { version: 'three' } }, 'meta.version'],
    ['a sum of stages that is zero', { total_sleep_duration: 0 }, 'total_sleep_duration'],
  ])('with %s loses that field and says which', (_, changes, path) => {
    const { lost, readings } = objectFrom(sleepWith(changes));
    expect(lost).toMatchObject([{ path }]);
    expect(JSON.stringify(lost)).not.toMatch(/52|yesterday|three|26431/);
    expect(readings.map(({ metric }) => metric)).toContain('sleep_efficiency');
    expect(readings.every((reading) => reading.path !== path)).toBe(true);
  });

  it.each([
    ['30 s longer than the bed', { total_sleep_duration: 26_430 }],
    ['without a moment in deep sleep', { deep_sleep_duration: 0, latency: 0, awake_time: 0 }],
  ])('%s is whole', (_, changes) => {
    const object = objectFrom(sleepWith(changes));
    expect(object.lost).toEqual([]);
    expect(object.readings).toHaveLength(objectFrom(sleepWith({})).readings.length);
  });

  it.each([
    ['its start', { bedtime_start: null }, night.end],
    ['its end', { bedtime_end: null }, '2026-07-06T06:30:00.000+09:00'],
    ['both', { bedtime_start: null, bedtime_end: null }, '2026-07-06'],
  ])('without %s counts at the time that is left', (_, changes, timestamp) => {
    expect(objectFrom(sleepWith(changes)).timestamp).toBe(timestamp);
  });

  it('without any time is quarantined, and so is one without an id', () => {
    const timeless = sleepWith({ bedtime_start: null, bedtime_end: null, day: null });
    expect(timeless).toMatchObject({ kind: 'quarantined', objectId: 'sleep/sleep-1' });
    expect(sleepWith({ id: undefined })).toMatchObject({ kind: 'quarantined', problems: [{ path: 'id' }] });
  });

  it('of unknown type is a nap if it is short', () => {
    const short = { type: null, bedtime_start: '2026-07-06T05:30:00+09:00' };
    expect(objectFrom(sleepWith(short)).eventType).toBe('nap');
  });

  it('takes seconds under a millisecond label for milliseconds, and says so', () => {
    const event = eventFrom('oura', sleepWith({ average_hrv: 0.0612 }));
    expect(event.readings[0]).toMatchObject({ value: 61.2, unit: 'ms' });
    expect(event.provenance.flags).toEqual(['seconds_as_ms']);
  });
});

describe('documents about a day', () => {
  const readingsOf = (dataType: keyof typeof ouraDaily) =>
    eventFrom('oura', normalizeOura(dataType, ouraDaily[dataType])).readings;

  it('readiness: score and deviation, none of the ratings', () => {
    expect(readingsOf('daily_readiness')).toEqual([
      { metric: 'readiness_score', value: 74, unit: '{score}' },
      { metric: 'skin_temp_deviation', value: -0.12, unit: 'K', context: 'sleep' },
    ]);
  });

  it('sleep: the score', () => {
    expect(readingsOf('daily_sleep')).toEqual([{ metric: 'sleep_score', value: 81, unit: '{score}' }]);
  });

  it('activity: sums of the day', () => {
    expect(readingsOf('daily_activity')).toEqual([
      { metric: 'activity_score', value: 92, unit: '{score}' },
      { metric: 'steps', value: 9312, unit: '{steps}', statistic: 'sum' },
      { metric: 'active_energy', value: 510, unit: 'kcal', statistic: 'sum' },
      { metric: 'total_energy', value: 2480, unit: 'kcal', statistic: 'sum' },
      { metric: 'distance', value: 8100, unit: 'm', statistic: 'sum' },
    ]);
  });

  it('oxygen: the mean of the night', () => {
    expect(readingsOf('daily_spo2')).toEqual([
      { metric: 'spo2', value: 97.2, unit: '%', context: 'sleep', statistic: 'average' },
    ]);
  });

  it('oxygen as a fraction is percent, flagged', () => {
    const document = { ...ouraDaily.daily_spo2, spo2_percentage: { average: 0.972 } };
    const event = eventFrom('oura', normalizeOura('daily_spo2', document));
    expect(event.readings[0]?.value).toBe(97.2);
    expect(event.provenance.flags).toEqual(['fraction_as_percent', 'time_assumed']);
  });

  it('stress: durations, no level', () => {
    expect(readingsOf('daily_stress')).toEqual([
      { metric: 'stress_high_duration', value: 5400, unit: 's' },
      { metric: 'recovery_high_duration', value: 3600, unit: 's' },
    ]);
  });

  it('oxygen uptake', () => {
    expect(readingsOf('vo2_max')).toEqual([{ metric: 'vo2_max', value: 44, unit: 'mL/kg/min' }]);
  });

  it.each(['daily_sleep', 'daily_readiness', 'daily_spo2', 'daily_stress', 'vo2_max'] as const)(
    '%s without a moment of its own counts at the noon of its day',
    (dataType) => {
      expect(eventFrom('oura', normalizeOura(dataType, ouraDaily[dataType])).timestamp).toBe(noon);
    },
  );

  it('keeps a time that is one', () => {
    expect(objectFrom(normalizeOura('daily_activity', ouraDaily.daily_activity)).timestamp).toBe(
      '2026-07-06T04:00:00+09:00',
    );
  });

  it('of a morning in Tokyo is not of the future', () => {
    const waking = Date.parse('2026-07-06T06:45:00+09:00');
    const event = eventFrom('oura', normalizeOura('daily_readiness', ouraDaily.daily_readiness), {
      arrivalMs: waking,
    });
    // Nothing is known of where the person is but that the day has begun there.
    expect(event.timestamp).toBe('2026-07-06T00:00:00+02:15');
    expect(event.provenance.flags).toEqual(['time_assumed']);
  });

  it.each(['daily_readiness', 'daily_sleep', 'daily_spo2', 'daily_stress', 'vo2_max'] as const)(
    'of %s is of its noon where the person is, or of its arrival before that',
    (dataType) => {
      const timeOf = (arrival: string) =>
        eventFrom('oura', normalizeOura(dataType, ouraDaily[dataType]), {
          arrivalMs: Date.parse(arrival),
          zone: inTokyo,
        });
      expect(timeOf('2026-07-06T07:30:00+09:00').timestamp).toBe('2026-07-06T07:30:00+09:00');
      const later = timeOf('2026-07-07T07:30:00+09:00');
      expect(later.timestamp).toBe('2026-07-06T12:00:00+09:00');
      expect(later.provenance.flags).toContain('time_assumed');
    },
  );

  it('goes by the day that Oura gives, not by the date of its time', () => {
    const document = { ...ouraDaily.daily_sleep, timestamp: '2026-07-05T23:50:00+09:00' };
    expect(eventFrom('oura', normalizeOura('daily_sleep', document)).timestamp).toBe(noon);
  });

  it('whose time has no offset at all is read the same', () => {
    const document = { ...ouraDaily.daily_sleep, timestamp: '2026-07-06T00:00:00' };
    expect(eventFrom('oura', normalizeOura('daily_sleep', document)).timestamp).toBe(noon);
  });

  it('without a value is kept', () => {
    const document = { ...ouraDaily.daily_sleep, score: null };
    expect(normalizeOura('daily_sleep', document)).toMatchObject({
      kind: 'unmapped',
      reason: 'no_readings',
      objectId: `daily_sleep/${document.id}`,
    });
  });

  it('without a day goes by its time, which names the day', () => {
    const document = { ...ouraDaily.daily_sleep, day: '2026-02-30' };
    const object = objectFrom(normalizeOura('daily_sleep', document));
    expect(object).toMatchObject({ timestamp: '2026-07-06', lost: [{ path: 'day' }] });
  });

  it.each([
    ['no time at all', { day: null, timestamp: null }, 'day'],
    ['a score as text and nothing else', { score: '81' }, 'score'],
  ])('with %s is quarantined', (_, changes, path) => {
    const result = normalizeOura('daily_sleep', { ...ouraDaily.daily_sleep, ...changes });
    expect(result).toMatchObject({ kind: 'quarantined' });
    expect(JSON.stringify(result)).toContain(`"path":"${path}"`);
  });
});

describe('a workout', () => {
  const span = {
    start: '2026-07-06T18:00:00+09:00',
    end: '2026-07-06T18:45:00+09:00',
    context: 'active',
    statistic: 'sum',
  };

  it('has its energy, distance and duration', () => {
    const event = eventFrom('oura', normalizeOura('workout', ouraWorkout()));
    expect(event).toMatchObject({ event_type: 'workout', timestamp: span.end });
    expect(event.provenance.reported).toBe('sensed');
    expect(event.readings).toEqual([
      { metric: 'workout_duration', value: 2700, unit: 's', ...span },
      { metric: 'active_energy', value: 420, unit: 'kcal', ...span },
      { metric: 'distance', value: 7600, unit: 'm', ...span },
    ]);
  });

  it('without energy still says when it was, so that it explains the pulse', () => {
    const event = eventFrom(
      'oura',
      normalizeOura('workout', ouraWorkout({ calories: null, distance: null })),
    );
    expect(event.readings).toEqual([{ metric: 'workout_duration', value: 2700, unit: 's', ...span }]);
  });

  it('entered by hand is self-reported', () => {
    const object = objectFrom(normalizeOura('workout', ouraWorkout({ source: 'manual' })));
    expect(object.reported).toBe('self_reported');
  });

  it('that ends before it starts has no duration and no interval', () => {
    const end_datetime = '2026-07-06T17:00:00+09:00';
    const object = objectFrom(normalizeOura('workout', ouraWorkout({ end_datetime })));
    expect(object.lost).toMatchObject([{ path: 'end_datetime', why: 'implausible' }]);
    expect(object.readings.map(({ metric, start, end }) => [metric, start, end])).toEqual([
      ['active_energy', undefined, undefined],
      ['distance', undefined, undefined],
    ]);
  });
});

describe('a session', () => {
  it('is a series at rest that ends with it', () => {
    const event = eventFrom('oura', normalizeOura('session', ouraSession()));
    expect(event.readings).toEqual([
      { metric: 'heart_rate', value: 62, unit: '/min', end: '2026-07-06T20:00:05+09:00', context: 'rest' },
      { metric: 'heart_rate', value: 61, unit: '/min', end: '2026-07-06T20:00:10+09:00', context: 'rest' },
      { metric: 'heart_rate', value: 60, unit: '/min', end: '2026-07-06T20:00:12+09:00', context: 'rest' },
      { metric: 'hrv_rmssd', value: 44, unit: 'ms', end: '2026-07-06T20:00:05+09:00', context: 'rest' },
      { metric: 'hrv_rmssd', value: 47, unit: 'ms', end: '2026-07-06T20:00:12+09:00', context: 'rest' },
    ]);
  });

  it('of a mood only is kept', () => {
    const document = ouraSession({ heart_rate: null, heart_rate_variability: null });
    expect(normalizeOura('session', document)).toMatchObject({ kind: 'unmapped', reason: 'no_readings' });
  });

  it('without an end has its series all the same', () => {
    const object = objectFrom(normalizeOura('session', ouraSession({ end_datetime: null })));
    expect(object.readings).toHaveLength(5);
    expect(object.flags).toEqual(['time_assumed']);
  });
});

describe('any document', () => {
  it.each([...ouraDocuments])('of %s goes by its type and id', (dataType, document) => {
    expect(objectFrom(normalizeOura(dataType, document)).objectId).toBe(
      `${dataType}/${String(document['id'])}`,
    );
  });

  it.each([...ouraDocuments])('of %s from the description of the API is kept', (dataType, document) => {
    const time = ['bedtime_start', 'start_datetime', 'day'].find((field) => field in document) ?? '';
    const placeholder = { kind: 'unmapped', reason: 'placeholder' };
    expect(normalizeOura(dataType, { ...document, [time]: 'string' })).toEqual(placeholder);
  });

  it('has the version that Oura gives, or none', () => {
    expect(objectFrom(sleepWith({})).vendorVersion).toBe(3);
    expect(objectFrom(sleepWith({ meta: { version: null } }))).not.toHaveProperty('vendorVersion');
    expect(objectFrom(sleepWith({ meta: null }))).not.toHaveProperty('vendorVersion');
  });

  it('without an id goes by its day', () => {
    const document = { ...ouraDaily.daily_stress, id: undefined };
    expect(objectFrom(normalizeOura('daily_stress', document)).objectId).toBe('daily_stress/2026-07-06');
  });

  it.each([[{}], [null], ['text'], [[]], [{ id: 'a b' }], [{ id: 'x'.repeat(129) }]])(
    'that names no object is quarantined: %j',
    (document) => {
      expect(normalizeOura('workout', document).kind).toBe('quarantined');
    },
  );

  it('of a type without measurements is kept, and so is one of an unknown type', () => {
    expect(normalizeOura('enhanced_tag', { id: 't' })).toEqual({ kind: 'unmapped', reason: 'no_readings' });
    expect(normalizeOura('constructor', { id: 't' })).toEqual({ kind: 'unmapped', reason: 'unknown_type' });
  });
});
