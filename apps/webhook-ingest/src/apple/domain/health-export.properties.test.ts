import { expect, it } from 'vitest';
import { pathsOf, spoiled, spoils, type Json, type Spoil } from '../../../test/documents/spoiled-fields.ts';
import { unknownZone } from '../../documents/domain/person-zone.ts';
import { classifyObject } from '../../documents/domain/classify-object.ts';
import { classifyPoint } from '../../documents/domain/classify-point.ts';
import { createHealthBatches } from './health-batch.ts';

const arrivalMs = Date.parse('2026-07-07T00:00:00Z');
const arrival = {
  source: 'apple',
  userId: 'ada',
  arrivalMs,
  rawSha256: 'ab'.repeat(32),
  zone: unknownZone,
} as const;
const date = (hour: number, minute = 0) =>
  `2026-07-06 ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00 +0200`;
const evening = '2026-07-05 23:00:00 +0200';
const source = 'Watch';

type Shape = {
  readonly name: string;
  /** Of a metric: its unit. Otherwise the elements are those of a list of this name. */
  readonly units?: string;
  readonly elements: readonly Json[];
  /** The field that alone says when an element was: without it there is none. */
  readonly onlyTime?: string;
};

const night = { asleep: 0, totalSleep: 7, core: 4, deep: 1, rem: 2, awake: 0.5, inBed: 8, source };
const times = { sleepStart: evening, sleepEnd: date(7), inBedStart: evening, inBedEnd: date(7) };
const stage = (value: string, startDate: string, endDate: string, qty: number): Json => ({
  value,
  startDate,
  endDate,
  qty,
  source,
});
const quantity = (qty: number, units: string) => ({ qty, units });

/** All shapes of Health Auto Export, several elements each, so that the others stay whole. */
const shapes: Readonly<Record<string, Shape>> = {
  'a pulse': {
    name: 'heart_rate',
    units: 'bpm',
    elements: [
      { Min: 55, Avg: 61.5, Max: 80, date: date(9), source },
      { qty: 70, date: date(10), source },
    ],
  },
  steps: {
    name: 'step_count',
    units: 'count',
    elements: [
      { qty: 1.5, date: date(9), source },
      { qty: 0, date: date(10), source },
    ],
  },
  energy: {
    name: 'active_energy',
    units: 'kJ',
    elements: [
      { qty: 0, date: date(9), source },
      { qty: 418.4, date: date(10), source },
    ],
  },
  'a temperature': {
    name: 'body_temperature',
    units: 'degF',
    elements: [
      { qty: 98.6, date: date(9), source },
      { qty: 97, date: date(10), source },
    ],
  },
  'a temperature of the wrist': {
    name: 'apple_sleeping_wrist_temperature',
    units: 'degC',
    elements: [
      { qty: 35.5, date: date(1), endDate: date(6), source },
      { qty: 35.7, date: date(2), endDate: date(6), source },
    ],
  },
  'a blood glucose': {
    name: 'blood_glucose',
    units: 'mg/dL',
    elements: [
      { qty: 90, date: date(9), mealTime: 'Before Meal', source },
      { qty: 120, date: date(10), mealTime: 'Unspecified', source },
    ],
  },
  'a blood pressure': {
    name: 'blood_pressure',
    units: 'mmHg',
    elements: [
      { systolic: 120, diastolic: 80, date: date(9), source },
      { systolic: 130, diastolic: 85, date: date(10), source },
    ],
  },
  'nights in sums': {
    name: 'sleep_analysis',
    units: 'hr',
    elements: [
      { ...night, date: '2026-07-06', ...times },
      {
        asleep: 0.5,
        inBed: 0.6,
        sleepStart: date(14),
        sleepEnd: date(14, 40),
        date: '2026-07-06',
        source: 'Ring',
      },
    ],
  },
  'nights of older versions': {
    name: 'sleep_analysis',
    units: 'hr',
    onlyTime: 'date',
    elements: [
      { asleep: 6.5, inBed: 7.5, date: '2026-07-05', sleepSource: source, inBedSource: 'Phone' },
      { asleep: 7, inBed: 8, date: '2026-07-06', sleepSource: source, inBedSource: 'Phone' },
    ],
  },
  'a night in stages': {
    name: 'sleep_analysis',
    units: 'hr',
    elements: [
      stage('Core', evening, date(3), 4),
      stage('Deep', date(3), date(4), 1),
      stage('REM', date(4), date(6), 2),
      stage('Awake', date(6), date(6, 30), 0.5),
    ],
  },
  workouts: {
    name: 'workouts',
    elements: [
      {
        id: 'a',
        name: 'Run',
        start: date(17),
        end: date(18),
        duration: 3_600,
        isIndoor: false,
        source,
        activeEnergyBurned: quantity(418.4, 'kJ'),
        distance: quantity(5, 'mi'),
        stepCount: quantity(0, 'count'),
        avgHeartRate: quantity(120, 'bpm'),
        maxHeartRate: quantity(150, 'bpm'),
        heartRateData: [
          { Min: 100, Avg: 110, Max: 115, date: date(17, 20), units: 'bpm', source },
          { qty: 130, date: date(17, 30), units: 'bpm', source },
        ],
      },
      {
        id: 'b',
        name: 'Walk',
        start: date(12),
        end: date(13),
        heartRate: { min: quantity(80, 'bpm'), avg: quantity(90, 'bpm'), max: quantity(99, 'bpm') },
        stepCount: [{ qty: 20, date: date(12, 1), units: 'count', source }],
      },
      // Of the first version, and bare numbers.
      {
        name: 'Row',
        start: date(15),
        end: date(15, 30),
        activeEnergy: quantity(99, 'kcal'),
        totalEnergy: quantity(140, 'kcal'),
        heartRate: { min: 81, avg: 91, max: 98 },
        stepCount: quantity(12.5, 'steps'),
        elevation: { ascent: 10, descent: 10, units: 'm' },
      },
    ],
  },
};

/** Lists of which nothing becomes a reading. */
const unmapped: Readonly<Record<string, Json>> = {
  ecg: {
    ...{ start: date(9), end: date(9, 1), classification: 'Sinus Rhythm', averageHeartRate: 70 },
    voltageMeasurements: [{ date: date(9), voltage: 0.1, units: 'mcV' }],
  },
  heartRateNotifications: { start: date(9), end: date(10), threshold: 120, heartRate: [{ hr: 125 }] },
  stateOfMind: { id: 's', start: date(9), end: date(9), kind: 'daily', labels: ['calm'], valence: 0 },
  symptoms: { start: date(9), end: date(9), name: 'Headache', severity: 'Mild', source },
  medications: { displayText: 'x', start: date(9), status: 'Taken', codings: [{ code: '1', system: 's' }] },
  cycleTracking: { start: date(9), end: date(9), name: 'Menstrual Flow', value: 'Light' },
};

/** `metric statistic value` of everything that would be published. */
function published({ name, units, elements }: Shape): string[] {
  const batches = createHealthBatches((device) => (typeof device === 'string' ? device : undefined));
  if (units !== undefined) batches.add({ kind: 'points', name, units, raw: elements });
  else for (const raw of elements) batches.add({ kind: 'element', collection: name, raw });
  const { points, objects } = batches.takeRest();
  const ofPoints = points.flatMap((point) => {
    const verdict = classifyPoint(point, arrivalMs);
    return verdict.kind === 'point' ? [verdict.point.reading] : [];
  });
  const ofObjects = objects.flatMap(({ normalized }) => {
    const outcome = classifyObject(normalized, arrival);
    return outcome.kind === 'versions' ? outcome.parts.flatMap(({ event }) => event.readings) : [];
  });
  return [...ofPoints, ...ofObjects].map(({ metric, statistic = '', value }) =>
    [metric, statistic, value].join(' '),
  );
}

/** Readings that follow from a field, by its path without the numbers of lists; every fitting line counts. */
const costs: readonly (readonly [path: RegExp, readings: RegExp])[] = [
  [/^qty$/, /^(?:steps|active_energy|body_temperature|skin_temp|blood_glucose|heart_rate) /],
  [/^date$/, /^(?:steps|active_energy|body_temperature|skin_temp|heart_rate|blood_(?:pressure|glucose))/],
  [/^endDate$/, /^(?:skin_temp|sleep_)/],
  [/(?:^|\.)Min$/, /^heart_rate minimum/],
  [/(?:^|\.)Avg$/, /^heart_rate average/],
  [/(?:^|\.)Max$/, /^heart_rate maximum/],
  [/^systolic$/, /^blood_pressure_systolic/],
  [/^diastolic$/, /^blood_pressure_diastolic/],
  [/^(?:totalSleep|asleep)$/, /^sleep_(?:duration|eff)/],
  [/^core$/, /^sleep_light/],
  [/^deep$/, /^sleep_deep/],
  [/^rem$/, /^sleep_rem/],
  [/^awake$/, /^sleep_awake/],
  [/^inBed$/, /^(?:time_in_bed|sleep_eff)/],
  // A stage that is not understood makes the night's sums unknown.
  [/^(?:value|startDate)$/, /^sleep_/],
  [/^(?:start|end|duration)$/, /^workout_duration/],
  [/^activeEnergy/, /^active_energy/],
  [/^totalEnergy/, /^total_energy/],
  [/^distance/, /^distance/],
  [/^stepCount/, /^steps/],
  [/^avgHeartRate|^heartRate(?:\.avg|$)/, /^heart_rate average/],
  [/^maxHeartRate|^heartRate(?:\.max|$)/, /^heart_rate maximum/],
  [/^heartRate(?:\.min|$)/, /^heart_rate minimum/],
  [/^heartRateData/, /^heart_rate (?:minimum 100|average 110|maximum 115|) ?/],
];

/** The name of another device is another device. */
const isAnother = (path: readonly string[], how: Spoil) =>
  /source$/i.test(path.at(-1) ?? '') && (how === 'text' || how === 'number as text');

function mayCost(path: readonly string[], reading: string): boolean {
  const name = path.filter((key) => !/^\d+$/.test(key)).join('.');
  return costs.some(([field, readings]) => field.test(name) && readings.test(reading));
}

it.each(Object.entries(shapes))('one field of %s costs nothing but itself', (_, shape) => {
  const before = published(shape);
  expect(before.length).toBeGreaterThan(shape.elements.length - 1);
  for (const [at, element] of shape.elements.entries()) {
    for (const path of pathsOf(element).filter(([field]) => field !== shape.onlyTime)) {
      for (const how of spoils.filter((one) => !isAnother(path, one))) {
        const elements = shape.elements.map((one, nr) => (nr === at ? spoiled(one, path, how) : one));
        const after = published({ ...shape, elements });
        const label = `${path.join('.')} ${how}`;
        const lost = before.filter((reading) => !after.includes(reading));
        expect(
          lost.filter((reading) => !mayCost(path, reading)),
          label,
        ).toEqual([]);
        // A value may only be another one where the field itself says so: it is 0.
        const made = after.filter((reading) => !before.includes(reading));
        expect(
          made.filter((reading) => how !== 'zero' || !mayCost(path, reading)),
          label,
        ).toEqual([]);
      }
    }
  }
});

it.each(['steps', 'energy'] as const)('%s keep a true zero', (name) => {
  const { elements, ...metric } = shapes[name] ?? { name, elements: [] };
  const zeroed = elements.map((element) => spoiled(element, ['qty'], 'zero'));
  expect(published({ ...metric, elements: zeroed })).toHaveLength(elements.length);
});

it.each(Object.entries(unmapped))(
  '%s never becomes a reading, whatever is in its fields',
  (name, element) => {
    for (const path of pathsOf(element))
      for (const how of spoils)
        expect(published({ name, elements: [spoiled(element, path, how)] })).toEqual([]);
  },
);
