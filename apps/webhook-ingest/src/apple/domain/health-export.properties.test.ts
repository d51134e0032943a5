import fc from 'fast-check';
import { expect, it } from 'vitest';
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

type Fields = Readonly<Record<string, unknown>>;
type Shape = {
  readonly list: string;
  readonly name?: string;
  readonly units?: string;
  readonly elements: readonly Fields[];
};

const night = { asleep: 0, totalSleep: 7, core: 4, deep: 1, rem: 2, awake: 0.5, inBed: 8, source };
const stage = (value: string, startDate: string, endDate: string, qty: number) => ({
  ...{ value, startDate, endDate, qty, source },
});
const quantity = (value: number, units: string) => ({ qty: value, units });

/** All shapes of Health Auto Export, each twice, so that one stays whole. */
const shapes: readonly Shape[] = [
  metric('heart_rate', 'bpm', [
    { Min: 55, Avg: 61.5, Max: 80, date: date(9), source },
    { qty: 70, date: date(10), source },
  ]),
  metric('step_count', 'count', [
    { qty: 1.5, date: date(9), source },
    { qty: 0, date: date(10), source },
  ]),
  metric('active_energy', 'kJ', [
    { qty: 0, date: date(9), source },
    { qty: 418.4, date: date(10), source },
  ]),
  metric('body_temperature', 'degF', [
    { qty: 98.6, date: date(9), source },
    { qty: 97, date: date(10), source },
  ]),
  metric('blood_pressure', 'mmHg', [
    { systolic: 120, diastolic: 80, date: date(9), source },
    { systolic: 130, diastolic: 85, date: date(10), source },
  ]),
  metric('sleep_analysis', 'hr', [
    {
      ...night,
      date: '2026-07-06',
      sleepStart: evening,
      sleepEnd: date(7),
      inBedStart: evening,
      inBedEnd: date(7),
    },
    {
      asleep: 0.5,
      inBed: 0.5,
      sleepStart: date(14),
      sleepEnd: date(14, 30),
      date: '2026-07-06',
      source: 'Ring',
    },
  ]),
  metric('sleep_analysis', 'hr', [
    stage('Core', evening, date(3), 4),
    stage('Deep', date(3), date(4), 1),
    stage('REM', date(4), date(6), 2),
    stage('Awake', date(6), date(6, 30), 0.5),
  ]),
  {
    list: 'workouts',
    elements: [
      {
        ...{ id: 'a', name: 'Run', start: date(17), end: date(18), duration: 3_600, source, isIndoor: false },
        ...{
          activeEnergyBurned: quantity(418.4, 'kJ'),
          distance: quantity(5, 'km'),
          stepCount: quantity(0, 'count'),
        },
        ...{ avgHeartRate: quantity(120, 'bpm'), maxHeartRate: quantity(150, 'bpm') },
        heartRateData: [{ Min: 110, Avg: 110, Max: 110, date: date(17, 30), units: 'bpm', source }],
      },
      { id: 'b', name: 'Walk', start: date(12), end: date(13), stepCount: quantity(900.5, 'steps') },
    ],
  },
];

function metric(name: string, units: string, elements: readonly Fields[]): Shape {
  return { list: 'metrics', name, units, elements };
}

/** `metric statistic value` of everything that would be published. */
function published(given: Shape): string[] {
  const batches = createHealthBatches((name) => (typeof name === 'string' ? name : undefined));
  const { list, name = '', units, elements } = given;
  if (list === 'metrics') batches.add({ kind: 'points', name, units, raw: elements });
  else for (const raw of elements) batches.add({ kind: 'element', collection: list, raw });
  const { points, objects } = batches.takeRest();
  const readings = points.flatMap((point) => {
    const verdict = classifyPoint(point, arrivalMs);
    return verdict.kind === 'point' ? [verdict.point.reading] : [];
  });
  for (const { normalized } of objects) {
    const outcome = classifyObject(normalized, arrival);
    if (outcome.kind === 'versions')
      readings.push(...outcome.parts.flatMap(({ event }) => event.readings as never[]));
  }
  return readings.map((reading) => [reading.metric, reading.statistic ?? '', reading.value].join(' '));
}

const spoilers: Readonly<Record<string, (fields: Fields, field: string) => Fields>> = {
  removed: (fields, field) => Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field)),
  nulled: (fields, field) => ({ ...fields, [field]: null }),
  'made a text': (fields, field) => ({ ...fields, [field]: 'string' }),
  zeroed: (fields, field) => ({ ...fields, [field]: 0 }),
};

/** Readings that a field is the only source of, or without which they mean something else. */
const costs: Readonly<Record<string, RegExp>> = {
  qty: /^(?:steps|active_energy|body_temperature|heart_rate) /,
  ...{ Min: /^heart_rate /, Avg: /^heart_rate /, Max: /^heart_rate / },
  ...{ systolic: /^blood_pressure/, diastolic: /^blood_pressure/ },
  date: /^(?:steps|active_energy|body_temperature|heart_rate|blood_pressure)/,
  ...{ totalSleep: /^sleep_(?:duration|eff)/, core: /^sleep_light/, deep: /^sleep_deep/, rem: /^sleep_rem/ },
  ...{ awake: /^sleep_awake/, inBed: /^(?:time_in_bed|sleep_eff)/ },
  asleep: /^sleep_(?:duration|eff)/,
  // A stage that is not understood makes the night's sums unknown.
  ...{ value: /^sleep_/, startDate: /^sleep_/, endDate: /^sleep_/ },
  ...{ activeEnergyBurned: /^active_energy/, distance: /^distance/, stepCount: /^steps/ },
  ...{
    avgHeartRate: /^heart_rate average/,
    maxHeartRate: /^heart_rate maximum/,
    heartRateData: /^heart_rate  110/,
  },
};

it('loses a field and nothing else, whatever becomes of one', () => {
  // The name of another device is another device.
  const isAnother = (field: string, how: string) => field === 'source' && how === 'made a text';
  const cases = shapes.flatMap((shape) =>
    shape.elements.flatMap((element, at) => Object.keys(element).map((field) => ({ shape, at, field }))),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.constantFrom(...Object.keys(spoilers)),
      ({ shape, at, field }, how) => {
        fc.pre(!isAnother(field, how));
        const spoil = spoilers[how] ?? ((fields: Fields) => fields);
        const elements = shape.elements.map((element, nr) => (nr === at ? spoil(element, field) : element));
        const [before, after] = [published(shape), published({ ...shape, elements })];
        const lost = before.filter((reading) => !after.includes(reading));
        const may = costs[field] ?? /^$/;
        expect(
          lost.filter((reading) => !may.test(reading)),
          `${field} ${how}`,
        ).toEqual([]);
        // A value may only be another one where the field itself says so: it is 0.
        const made = after.filter((reading) => !before.includes(reading));
        const plausible = how === 'zeroed' ? may : /^$/;
        expect(
          made.filter((reading) => !plausible.test(reading)),
          `${field} ${how}`,
        ).toEqual([]);
      },
    ),
    { numRuns: 2_000 },
  );
});
