import { describe, expect, it } from 'vitest';
import { classifyPoint } from '../../documents/domain/classify-point.ts';
import type { ParsedItem } from './parsed-item.ts';
import { parseExport } from './parse-export.ts';

const nameDevice = (source: unknown) => (typeof source === 'string' ? `hash of ${source.length}` : undefined);
const date = '2026-07-06 14:30:00 -0300';
const arrivalMs = Date.parse('2026-07-07T00:00:00Z');

const metric = (name: string, units: string, ...raw: readonly unknown[]) =>
  parseExport({ kind: 'points', name, units, raw }, nameDevice);
const workout = (raw: unknown) => parseExport({ kind: 'element', collection: 'workouts', raw }, nameDevice);

/** Metric, statistic, value and unit as an event would have them. */
function readings(understood: readonly ParsedItem[]) {
  return understood.flatMap((one) => {
    if (one.kind !== 'points') return [one.kind];
    return one.points.map((point) => {
      const verdict = classifyPoint(point, arrivalMs);
      if (verdict.kind !== 'point') return verdict.kind;
      const { metric: name, statistic, value, unit } = verdict.point.reading;
      return [name, ...(statistic ? [statistic] : []), value, unit];
    });
  });
}

it.each([
  ['step_count', 'count', { qty: 12.4, date }, [['steps', 'sum', 12.4, '{steps}']]],
  ['step_count', 'steps', { qty: 12.5, date }, [['steps', 'sum', 12.5, '{steps}']]],
  ['step_count', 'count', { qty: -0.4, date }, ['quarantined']],
  ['active_energy', 'kJ', { qty: 418.4, date }, [['active_energy', 'sum', 100, 'kcal']]],
  ['heart_rate_variability', 'ms', { qty: 41.5, date }, [['hrv_sdnn', 41.5, 'ms']]],
  ['heart_rate_variability_sdnn', 'ms', { qty: 41.5, date }, [['hrv_sdnn', 41.5, 'ms']]],
  ['heart_rate_variability_rmssd', 'ms', { qty: 41.2, date }, [['hrv_rmssd', 41.2, 'ms']]],
  ['lean_body_mass', 'lb', { qty: 120, date }, [['lean_body_mass', 54.4310844, 'kg']]],
  ['weight_body_mass', 'st', { qty: 11.5, date }, [['weight', 73.02837157, 'kg']]],
  ['body_temperature', 'ºF', { qty: 98.6, date }, [['body_temperature', 37, 'Cel']]],
  ['resting_heart_rate', 'BPM', { qty: 61, date }, [['resting_heart_rate', 61, '/min']]],
  ['vo2_max', 'ml/(kg⋅min)', { qty: 41, date }, [['vo2_max', 41, 'mL/kg/min']]],
  ['blood_oxygen_saturation', '%', { qty: 0.972, date }, [['spo2', 97.2, '%']]],
  ['oxygen_saturation', '%', { qty: 97.2, date }, [['spo2', 97.2, '%']]],
  ['weight_body_mass', 'lb', { qty: 150, date }, [['weight', 68.0388555, 'kg']]],
  ['body_fat_percentage', '%', { qty: 0.196, date }, [['body_fat', 19.6, '%']]],
  ['walking_running_distance', 'mi', { qty: 1, date }, [['distance', 'sum', 1609.344, 'm']]],
  ['apple_sleeping_wrist_temperature', 'degF', { qty: 95, date, endDate: date }, [['skin_temp', 35, 'Cel']]],
  ['vo2max', 'ml/(kg·min)', { qty: 44.1, date }, [['vo2_max', 44.1, 'mL/kg/min']]],
  ['blood_glucose', 'mmol/L', { qty: 5, date, mealTime: 'Before' }, [['blood_glucose', 90.08, 'mg/dL']]],
])('%s in %s', (name, units, point, expected) => {
  expect(readings(metric(name, units, point))).toEqual(expected);
});

it.each([
  ['Ada’s Apple Watch', 'sleep'],
  ['Ada’s Apple\u00a0Watch|Ada’s iPhone', 'sleep'],
  ['Strap', undefined],
  [undefined, undefined],
])('takes the respiration of %j for one of context %s', (source, context) => {
  const [item] = metric('respiratory_rate', 'count/min', { qty: 14, date, source });
  expect(item?.kind === 'points' && item.points.map((point) => point.derivedContext)).toEqual([context]);
});

it('knows no motion, and no context of a pulse or an oxygen that a watch measured', () => {
  const source = 'Ada’s Apple Watch';
  for (const [name, qty] of [
    ['heart_rate', 61],
    ['blood_oxygen_saturation', 97],
  ] as const) {
    const [item] = metric(name, name === 'heart_rate' ? 'bpm' : '%', { qty, date, source });
    const [point] = item?.kind === 'points' ? item.points : [];
    expect(point).toMatchObject({ value: qty, device: expect.any(String) as unknown });
    expect(point).not.toHaveProperty('context');
    expect(point).not.toHaveProperty('derivedContext');
    expect(point).not.toHaveProperty('motion');
  }
});

it('makes three values of a window, and one of a window that holds one', () => {
  expect(readings(metric('heart_rate', 'bpm', { Min: 55, Avg: 61.3, Max: 80, date }))).toEqual([
    ['heart_rate', 'minimum', 55, '/min'],
    ['heart_rate', 'average', 61.3, '/min'],
    ['heart_rate', 'maximum', 80, '/min'],
  ]);
  expect(readings(metric('heart_rate', 'bpm', { Min: 61, Avg: 61, Max: 61, date }))).toEqual([
    ['heart_rate', 61, '/min'],
  ]);
});

it('makes two values of a blood pressure', () => {
  expect(readings(metric('blood_pressure', 'mmHg', { systolic: 120, diastolic: 80, date }))).toEqual([
    ['blood_pressure_systolic', 120, 'mm[Hg]'],
    ['blood_pressure_diastolic', 80, 'mm[Hg]'],
  ]);
});

it.each([
  ['text for a number', 'heart_rate', { qty: '61', date }],
  ['no date', 'heart_rate', { qty: 61 }],
  ['a placeholder', 'heart_rate', { qty: 61, date: 'string' }],
  ['a blood pressure of no number', 'blood_pressure', { systolic: null, date }],
  ['no object', 'heart_rate', null],
  ['a night without its day', 'sleep_analysis', { asleep: 7 }],
  ['a night without its end and its day', 'sleep_analysis', { asleep: 7, sleepStart: date }],
  ['a stage without times', 'sleep_analysis', { value: 'REM' }],
])('sets aside %s', (_, name, raw) => {
  expect(metric(name, 'bpm', raw)).toMatchObject([{ kind: 'object', normalized: { kind: 'quarantined' } }]);
});

it('keeps what nobody knows, under its name', () => {
  expect(metric('handwashing', 's', { qty: 20, date })).toMatchObject([
    { kind: 'unknown', name: 'handwashing', raw: { units: 's', qty: 20 } },
  ]);
  const [mood] = parseExport({ kind: 'element', collection: 'stateOfMind', raw: { valence: 1 } }, nameDevice);
  expect(mood).toMatchObject({ kind: 'unknown', name: 'stateOfMind' });
});

it('reads a night that is summed up in hours, of which `asleep` may be 0', () => {
  const night = {
    date: '2026-07-06',
    ...{ asleep: 0, core: 4, deep: 1, rem: 2, awake: 0.5, inBed: 8 },
    ...{ sleepStart: '2026-07-05 11:00:00 PM -0300', sleepEnd: '2026-07-06 07:00:00 AM -0300' },
    source: 'Ada’s Watch',
  };
  const [understood] = metric('sleep_analysis', 'hr', night);
  expect(understood).toMatchObject({
    kind: 'object',
    normalized: {
      kind: 'object',
      object: {
        objectId: 'sleep/hash of 11/2026-07-06',
        eventType: 'sleep',
        timestamp: '2026-07-06T07:00:00-03:00',
        readings: [
          { metric: 'sleep_duration', value: 25_200, context: 'sleep' },
          { metric: 'sleep_deep', value: 3_600 },
          { metric: 'sleep_light', value: 14_400 },
          { metric: 'sleep_rem', value: 7_200 },
          { metric: 'sleep_awake', value: 1_800 },
          { metric: 'time_in_bed', value: 28_800 },
          { metric: 'sleep_efficiency', value: 87.5 },
        ],
      },
    },
  });
});

it('leaves out one figure of a night that is longer than its bed', () => {
  const readings = (more: object) => {
    const [item] = metric('sleep_analysis', 'hr', { date: '2026-07-06', source: 'w', ...more });
    if (item?.kind !== 'object' || item.normalized.kind !== 'object') throw new Error(JSON.stringify(item));
    const { object } = item.normalized;
    return [object.readings.map((one) => one.metric), object.lost?.map(({ path }) => path)];
  };
  const times = { sleepStart: '2026-07-05 11:00:00 PM -0300', sleepEnd: '2026-07-06 07:00:00 AM -0300' };
  const rest = { deep: 1, core: 4, rem: 2 };
  const stages = ['sleep_deep', 'sleep_light', 'sleep_rem'];
  const shortBed = readings({ totalSleep: 7, ...rest, inBed: 6, ...times });
  expect(shortBed).toEqual([['sleep_duration', ...stages], ['sleep_analysis.inBed']]);
  const longSleep = readings({ totalSleep: 9, ...rest, inBed: 8, ...times });
  expect(longSleep).toEqual([[...stages, 'time_in_bed'], ['sleep_analysis.totalSleep']]);
  const untimed = readings({ totalSleep: 7, ...rest, inBed: 6 });
  expect(untimed).toEqual([[...stages, 'time_in_bed'], ['sleep_analysis.totalSleep']]);
});

it('sets aside one of several values, and takes the others', () => {
  const parsed = (name: string, raw: object) =>
    metric(name, 'bpm', { date, ...raw }).map((item) => {
      if (item.kind === 'points') return item.points.map(({ metric, value }) => [metric, value]);
      return item.kind === 'object' && item.normalized.kind === 'quarantined' && item.normalized.problems;
    });
  expect(parsed('blood_pressure', { systolic: null, diastolic: 80 })).toMatchObject([
    [['blood_pressure_diastolic', 80]],
    [{ path: 'blood_pressure.systolic' }],
  ]);
  expect(parsed('heart_rate', { Min: 55, Avg: 'x', Max: 80 })).toMatchObject([
    [
      ['heart_rate', 55],
      ['heart_rate', 80],
    ],
    [{ path: 'heart_rate.average' }],
  ]);
  expect(parsed('heart_rate', { Avg: 61 })).toEqual([[['heart_rate', 61]]]);
});

it('notes the fields of a workout and of a night that hold no value', () => {
  const [run] = parseExport(
    {
      kind: 'element',
      collection: 'workouts',
      raw: { id: 'a', start: date, end: date, distance: { qty: 5 }, avgHeartRate: 'x', stepCount: [] },
    },
    nameDevice,
  );
  const [night] = metric('sleep_analysis', 'hr', { date: '2026-07-06', totalSleep: 7, deep: 'x', rem: null });
  const paths = (item: typeof run) =>
    item?.kind === 'object' && item.normalized.kind === 'object'
      ? item.normalized.object.lost?.map(({ path }) => path)
      : item;
  expect(paths(run)).toEqual(['workouts.distance', 'workouts.avgHeartRate']);
  expect(paths(night)).toEqual(['sleep_analysis.deep']);
});

it.each([
  [
    {
      heartRate: {
        min: { qty: 90, units: 'bpm' },
        avg: { qty: 120, units: 'bpm' },
        max: { qty: 150, units: 'bpm' },
      },
    },
  ],
  [{ heartRate: { min: 90, avg: 120, max: 150 } }],
])('reads a workout of version 2 and its pulse', (heartRate) => {
  const raw = {
    ...{ id: 'A1', name: 'Outdoor Run', start: date, end: '2026-07-06 15:00:00 -0300', metadata: [] },
    activeEnergyBurned: { qty: 418.4, units: 'kJ' },
    distance: { qty: 5, units: 'km' },
    heartRateData: [{ date, Min: 100, Avg: 110, Max: 120, units: 'bpm', source: 'w' }],
    ...heartRate,
  };
  const [object, pulse] = workout(raw);
  expect(object).toMatchObject({
    normalized: { object: { objectId: 'workout/A1', timestamp: '2026-07-06T15:00:00-03:00' } },
  });
  if (object?.kind !== 'object' || object.normalized.kind !== 'object') throw new Error('no workout');
  const told = object.normalized.object.readings.map(({ metric: name, statistic, value, unit }) =>
    [name, statistic, value, unit].join(' '),
  );
  expect(told.sort()).toEqual([
    'active_energy sum 418.4 kJ',
    'distance sum 5 km',
    'heart_rate average 120 bpm',
    'heart_rate maximum 150 bpm',
    'heart_rate minimum 90 bpm',
    'workout_duration sum 1800 s',
  ]);
  expect(pulse).toMatchObject({ points: [{ context: 'active' }, { value: 110 }, { value: 120 }] });
});

it('keeps the fractions of steps, so that the shares of a walk add up to it', () => {
  const shares = [1.566, 1.566, 1.567, 1.567, 1.536, 0.195, 0.783, 0.783, 0.238];
  const points = shares.map((qty) => ({ qty, date }));
  const found = readings(metric('step_count', 'count', ...points)).map((reading) => Number(reading[2]));
  expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(9.801, 6);
  const walk = { id: 'w', start: date, end: date, stepCount: { qty: 900.6, units: 'steps' } };
  expect(workout(walk)).toMatchObject([
    {
      normalized: {
        object: { readings: expect.arrayContaining([expect.objectContaining({ value: 900.6 })]) as unknown },
      },
    },
  ]);
});

describe("a workout's id", () => {
  const objectIdOf = (id: string) => {
    const [object] = workout({ id, start: date, end: date });
    if (object?.kind !== 'object' || object.normalized.kind !== 'object') throw new Error('no workout');
    return object.normalized.object.objectId;
  };
  const hash = expect.stringMatching(/^workout\/[0-9a-f]{64}$/) as string;

  it.each([
    ['as it is', '2F8A-é 1', 'workout/2F8A-é 1'],
    ['cut', 'b'.repeat(300), `workout/${'b'.repeat(200)}`],
    ['cut in front of a pair', `${'b'.repeat(199)}😀`, `workout/${'b'.repeat(199)}`],
    ['with a pair before the cut', `${'b'.repeat(198)}😀c`, `workout/${'b'.repeat(198)}😀`],
    ['hashed for a control character', 'a\nb', hash],
    ['hashed for half a pair', '\ud800', hash],
    ['hashed for half a pair at the cut', `${'b'.repeat(198)}\udc00\ud800`, hash],
  ])('is taken %s', (_, id, expected) => {
    expect(objectIdOf(id)).toEqual(expected);
  });

  it('stays the same, and tells workouts apart', () => {
    expect(objectIdOf('\ud800')).toBe(objectIdOf('\ud800'));
    const ids = ['\ud800', '\ud801', '\ufffd', '\n', '\u0000'].map(objectIdOf);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('reads a workout of version 1, which has no id', () => {
  const raw = {
    ...{
      name: 'Walk',
      start: date,
      end: '2026-07-06 15:00:00 -0300',
      stepCount: { qty: 900, units: 'steps' },
    },
    heartRateData: [{ qty: 99, date, units: 'bpm' }],
  };
  expect(workout(raw)).toMatchObject([
    {
      normalized: {
        object: {
          objectId: 'workout/Walk/1783359000000',
          readings: [{ metric: 'workout_duration', value: 1_800 }, { metric: 'steps' }],
        },
      },
    },
    { points: [{ value: 99, context: 'active' }] },
  ]);
});

it('calls no pulse active that was measured after the workout ended', () => {
  const times = { start: '2026-07-06 14:00:00 +0000', end: '2026-07-06 14:25:00 +0000' };
  const pulse = [
    ['14:10:00', 130],
    ['14:25:00', 133],
    ['14:25:40', 120],
    ['14:26:50', 98],
    ['13:59:59', 80],
  ].map(([time, qty]) => ({ date: `2026-07-06 ${time} +0000`, qty, units: 'bpm' }));
  const [, ...points] = workout({ id: 'a', ...times, heartRateData: pulse });
  const contexts = points.flatMap((one) =>
    one.kind === 'points' ? one.points.map((point) => point.context) : [],
  );
  expect(contexts).toEqual(['active', 'active', undefined, undefined, undefined]);
});

it.each(['start', 'end'])('reads a workout without its %s, by its duration', (field) => {
  const whole = { start: '2026-07-06 14:00:00 +0200', end: '2026-07-06 14:25:00 +0200', duration: 1_500 };
  expect(workout({ id: 'a', ...whole, [field]: null })).toMatchObject([
    {
      normalized: {
        object: {
          readings: [
            {
              metric: 'workout_duration',
              value: 1_500,
              start: expect.stringMatching(/^2026-07-06T14:00:00.*[+]02:00$/) as unknown,
              end: expect.stringMatching(/^2026-07-06T14:25:00.*[+]02:00$/) as unknown,
            },
          ],
        },
      },
    },
  ]);
});
