import { expect, it } from 'vitest';
import { aggregatedNight } from './night-totals.ts';
import { mergeNight } from './merge-night.ts';
import { nightsOf, stageSpan } from './sleep-stages.ts';
import { stageNamed } from './stage-names.ts';

const nameDevice = (source: unknown) => (typeof source === 'string' ? source : undefined);
const at = (time: string) => `2026-07-${Number(time.slice(0, 2)) > 20 ? '05' : '06'} ${time}:00 +0000`;
const stage = (value: unknown, from: string, to: string, more: object = {}) => ({
  ...{ value, startDate: at(from), endDate: at(to), source: 'watch', ...more },
});

function nights(...raw: readonly object[]) {
  const spans = raw.flatMap((one) => stageSpan(one, nameDevice) ?? []);
  return nightsOf(spans).map(({ normalized }) => {
    if (normalized.kind !== 'object') return normalized.kind;
    const { eventType, readings, flags } = normalized.object;
    const values = Object.fromEntries(readings.map(({ metric, value }) => [metric, value]));
    return { eventType, ...values, ...(flags && { flags }) };
  });
}

it.each([
  ['Spanish', 'Básico', 'Profundo', 'REM', 'Despierto'],
  ['German', 'Kern', 'Tief', 'REM', 'Wach'],
  ['French', 'Essentiel', 'Profond', 'Paradoxal', 'Éveil'],
  ['Chinese', '核心睡眠', '深度睡眠', '快速眼动', '清醒'],
  ['another app', 'Light', 'Deep', 'REM', 'Wake'],
  ['HealthKit', 'HKCategoryValueSleepAnalysisAsleepCore', 'AsleepDeep', 'asleepREM', 'awake'],
  ["HealthKit's numbers", 3, '4', 5, 2],
])('reads a night with stages in %s', (_, light, deep, rem, awake) => {
  const found = nights(
    stage(light, '22:00', '02:00'),
    stage(deep, '02:00', '04:00'),
    stage(rem, '04:00', '05:00'),
    stage(awake, '05:00', '05:05'),
  );
  expect(found).toEqual([
    {
      ...{ eventType: 'sleep', sleep_duration: 25_200, sleep_light: 14_400, sleep_deep: 7_200 },
      ...{ sleep_rem: 3_600, sleep_awake: 300 },
    },
  ]);
});

it.each([
  ['a name that nobody knows', { value: 'Dösig' }],
  ['no value', { value: undefined }],
  ['null for a value', { value: null }],
  ['no end', { endDate: undefined }],
  ['an end that is no time', { endDate: 'string' }],
  ['no start', { startDate: 7 }],
  ['an end before its start', { endDate: at('21:00') }],
])('never takes the known hour for the night beside a stage with %s', (_, spoiled) => {
  const rem = stage('REM', '04:00', '05:00');
  const odd = stage('Core', '22:00', '04:00', spoiled);
  expect(nights(odd, rem)).toEqual(['quarantined']);
  expect(nights(stage('In Bed', '22:00', '05:30'), odd, rem)).toEqual([
    { eventType: 'sleep', time_in_bed: 27_000, flags: ['unknown_stage'] },
  ]);
});

it('counts a stage that names no device to the only device there is', () => {
  const found = nights(stage('Core', '22:00', '04:00', { source: null }), stage('REM', '04:00', '05:00'));
  expect(found).toMatchObject([{ sleep_duration: 25_200 }]);
});

it('does not take a later half of a night for all of it, either', () => {
  const [before] = nightsOf([stageSpan(stage('Dösig', '22:00', '23:30'), nameDevice) ?? []].flat());
  const after = [stageSpan(stage('REM', '04:00', '05:00'), nameDevice) ?? []].flat();
  const [incoming] = nightsOf(after);
  if (before === undefined || incoming === undefined) throw new Error('no night');
  const merged = mergeNight(before.raw, incoming, 'watch');
  expect(merged?.normalized).toMatchObject({ kind: 'quarantined' });
});

it.each([
  ['14:00', '14:40', 'nap'],
  ['09:00', '16:00', 'sleep'],
  ['02:00', '02:40', 'sleep'],
])('calls a sleep from %s to %s a %s', (from, to, eventType) => {
  expect(nights(stage('Core', from, to))).toMatchObject([{ eventType }]);
  const totals = { asleep: 0.5, sleepStart: at(from), sleepEnd: at(to) };
  expect(aggregatedNight(totals, nameDevice)).toMatchObject({ object: { eventType } });
});

it('gives the time in bed the interval of the bed', () => {
  const bed = { start: '2026-07-05T22:00:00+00:00', end: '2026-07-06T06:30:00+00:00' };
  const sleep = { start: '2026-07-05T23:00:00+00:00', end: '2026-07-06T06:00:00+00:00' };
  const spans = [stage('In Bed', '22:00', '06:30'), stage('Core', '23:00', '06:00')];
  const [staged] = nightsOf(spans.flatMap((one) => stageSpan(one, nameDevice) ?? []));
  const times = {
    inBedStart: at('22:00'),
    inBedEnd: at('06:30'),
    sleepStart: at('23:00'),
    sleepEnd: at('06:00'),
  };
  const summed = aggregatedNight({ ...times, totalSleep: 7, inBed: 8.5 }, nameDevice);
  for (const normalized of [staged?.normalized, summed]) {
    if (normalized?.kind !== 'object') throw new Error('no night');
    const found = new Map(normalized.object.readings.map((reading) => [reading.metric, reading]));
    expect(found.get('time_in_bed')).toMatchObject({ value: 30_600, ...bed });
    expect(found.get('sleep_duration')).toMatchObject({ value: 25_200, ...(normalized === summed && sleep) });
  }
});

const summed = {
  ...{ date: '2026-07-06', source: 'watch', asleep: 0, core: 4, deep: 1, rem: 2, awake: 0, inBed: 8 },
  ...{ sleepStart: at('23:00'), sleepEnd: at('07:00'), inBedStart: at('22:50'), inBedEnd: at('07:10') },
};
const valuesOf = (raw: unknown) => {
  const normalized = aggregatedNight(raw, nameDevice);
  if (normalized.kind !== 'object') return normalized.kind;
  return Object.fromEntries(normalized.object.readings.map(({ metric, value }) => [metric, value]));
};

it('keeps a stage that a night did not have as 0, and has none where all are', () => {
  expect(valuesOf({ ...summed, deep: 0 })).toMatchObject({
    sleep_deep: 0,
    sleep_awake: 0,
    sleep_duration: 21_600,
  });
  const old = valuesOf({ ...summed, asleep: 7, core: 0, deep: 0, rem: 0 });
  expect(old).toEqual({ sleep_duration: 25_200, time_in_bed: 28_800, sleep_efficiency: 87.5 });
});

it('does not sum up stages of which one is missing', () => {
  expect(valuesOf({ ...summed, deep: null })).toEqual({
    ...{ sleep_light: 14_400, sleep_rem: 7_200, sleep_awake: 0, time_in_bed: 28_800 },
  });
  expect(valuesOf({ ...summed, deep: null, totalSleep: 7 })).toMatchObject({ sleep_duration: 25_200 });
});

it.each(['sleepStart', 'sleepEnd', 'inBedStart', 'inBedEnd', 'date'])(
  'reads a night without its %s',
  (field) => {
    expect(valuesOf({ ...summed, [field]: undefined })).toMatchObject({
      sleep_duration: 25_200,
      time_in_bed: 28_800,
    });
  },
);

it('knows each name for one stage', () => {
  expect(stageNamed('x'.repeat(1_000_000))).toBeUndefined();
  expect(stageNamed('constructor')).toBeUndefined();
});
