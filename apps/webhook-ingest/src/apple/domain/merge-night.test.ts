import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectObservation } from '../../documents/domain/object-observation.ts';
import { mergeNight } from './merge-night.ts';
import { nightsOf, stageSpan } from './sleep-stages.ts';
import { aggregatedNight } from './night-totals.ts';

const nameDevice = () => 'watch';
const midnightMs = Date.parse('2026-07-06T00:00:00Z');
/** A time of the night, by minutes since its midnight. */
const date = (minute: number) => new Date(midnightMs + minute * 60_000).toISOString();

type NightObservation = ObjectObservation<unknown>;

const hours = (minutes: number | undefined) => (minutes === undefined ? undefined : minutes / 60);

function sum(
  from: number,
  to: number,
  asleep = to - from,
  more: { inBed?: number; deep?: number } = {},
): NightObservation {
  const raw = {
    ...{ sleepStart: date(from), sleepEnd: date(to), asleep: hours(asleep), source: 'Ada’s' },
    ...{ inBed: hours(more.inBed), deep: hours(more.deep) },
  };
  return { normalized: aggregatedNight(raw, nameDevice), raw };
}

function stages(...told: readonly (readonly [from: number, to: number, value: string])[]): NightObservation {
  const spans = told.flatMap(
    ([from, to, value]) => stageSpan({ startDate: date(from), endDate: date(to), value }, nameDevice) ?? [],
  );
  const [night, ...others] = nightsOf(spans);
  if (night === undefined || others.length > 0) throw new Error('expected one night');
  return night;
}

/** What stands after these, told one after another; documents are stored as JSON. */
function standing(first: NightObservation, ...later: readonly NightObservation[]): NightObservation {
  return later.reduce((before, told) => {
    const stored = JSON.parse(JSON.stringify(before.raw)) as unknown;
    return mergeNight(stored, told, 'watch') ?? told;
  }, first);
}

/** From when to when, and minutes of each metric. */
function shown({ normalized }: NightObservation): unknown {
  if (normalized.kind !== 'object') return normalized.kind;
  const { objectId, readings } = normalized.object;
  expect(objectId).toBe('sleep/watch/2026-07-06');
  const [first] = readings;
  const minuteOf = (time = '') => (Date.parse(time) - midnightMs) / 60_000;
  const minutes = readings.flatMap(({ metric, value, unit }) => (unit === 's' ? [[metric, value / 60]] : []));
  return [minuteOf(first?.start), minuteOf(first?.end), Object.fromEntries(minutes)];
}

describe('sums of one night', () => {
  it('add up when they do not overlap, whichever came first', () => {
    const [evening, morning] = [sum(-120, 0, 100, { inBed: 120 }), sum(0, 420, 400, { inBed: 420 })];
    const both = [-120, 420, { sleep_duration: 500, time_in_bed: 540 }];
    expect(shown(standing(evening, morning))).toEqual(both);
    expect(shown(standing(morning, evening))).toEqual(both);
    expect(shown(standing(morning, evening, evening, morning))).toEqual(both);
  });

  it('are the longer one when they overlap', () => {
    const [whole, morning, evening] = [sum(-120, 420), sum(0, 420), sum(-120, 0)];
    for (const order of [
      [whole, morning],
      [morning, whole],
      [evening, morning, whole],
      [morning, whole, evening],
    ]) {
      expect(shown(standing(order[0] ?? whole, ...order.slice(1)))).toEqual([
        -120,
        420,
        { sleep_duration: 540 },
      ]);
    }
    expect(shown(standing(sum(-120, 0), sum(0, 240), sum(0, 420)))).toEqual([
      -120,
      420,
      { sleep_duration: 540 },
    ]);
  });

  it('are the last one when Apple moved the start or the end, but not when a window was cut', () => {
    expect(shown(standing(sum(-60, 420), sum(-50, 410)))).toEqual([-50, 410, { sleep_duration: 460 }]);
    expect(shown(standing(sum(-60, 420), sum(-60, 420, 300)))).toEqual([-60, 420, { sleep_duration: 300 }]);
    expect(shown(standing(sum(-20, 420), sum(0, 420)))).toEqual([-20, 420, { sleep_duration: 440 }]);
    expect(shown(standing(sum(-60, 420), sum(60, 420)))).toEqual([-60, 420, { sleep_duration: 480 }]);
    expect(shown(standing(sum(-60, 420), sum(-60, 300)))).toEqual([-60, 420, { sleep_duration: 480 }]);
  });

  it('say nothing of what only a part tells', () => {
    const staged = sum(0, 420, 400, { inBed: 420, deep: 60 });
    expect(shown(standing(sum(-60, 0, 50), staged))).toEqual([-60, 420, { sleep_duration: 450 }]);
  });

  it('without times count only while nothing else does', () => {
    const raw = { date: '2026-07-06', asleep: 7 };
    const untimed = { normalized: aggregatedNight(raw, nameDevice), raw };
    expect(untimed.normalized).toMatchObject({
      object: { objectId: 'sleep/watch/2026-07-06', timestamp: '2026-07-06', completeness: 0 },
    });
    expect(shown(standing(sum(0, 420), untimed))).toEqual([0, 420, { sleep_duration: 420 }]);
    expect(shown(standing(untimed, sum(0, 420)))).toEqual([0, 420, { sleep_duration: 420 }]);
    expect(mergeNight(untimed.raw, untimed, 'watch')).toBeUndefined();
  });

  it('without times are of no more than a day', () => {
    const week = aggregatedNight({ date: '2026-07-06', asleep: 42 }, nameDevice);
    expect(week).toMatchObject({ kind: 'quarantined', objectId: 'sleep/watch/2026-07-06' });
  });
});

describe('stages and sums of one night', () => {
  it('add up when they do not overlap', () => {
    const both = [-120, 420, { sleep_duration: 540, sleep_deep: 180 }];
    const [evening, morning] = [stages([-120, 0, 'Deep']), sum(0, 420, 420, { deep: 60 })];
    expect(shown(standing(evening, morning))).toEqual(both);
    expect(shown(standing(morning, evening))).toEqual(both);
  });

  it('are what is longer when they overlap', () => {
    const staged = stages([-120, 0, 'Deep'], [0, 420, 'Core']);
    const asStages = [-120, 420, { sleep_duration: 540, sleep_deep: 120, sleep_light: 420 }];
    expect(shown(standing(sum(0, 420), staged))).toEqual(asStages);
    expect(shown(standing(staged, sum(0, 420)))).toEqual(asStages);
    expect(shown(standing(sum(-120, 420), stages([0, 420, 'Core'])))).toEqual([
      -120,
      420,
      { sleep_duration: 540 },
    ]);
    expect(shown(standing(staged, sum(-120, 420)))).toEqual([-120, 420, { sleep_duration: 540 }]);
  });
});

describe('stages of one night', () => {
  it('keep what was told of the bed only while it is longer than the sleep', () => {
    const evening = stages([-120, 0, 'In Bed'], [-110, 0, 'Core']);
    expect(shown(standing(evening, stages([0, 420, 'Core'])))).toEqual([
      -110,
      420,
      { sleep_duration: 530, sleep_light: 530 },
    ]);
  });

  it('of no name but asleep and awake are the same when told again', () => {
    const evening = stages([-120, -10, 'Asleep'], [-10, 0, 'Awake']);
    expect(shown(standing(evening, evening))).toEqual([-120, 0, { sleep_duration: 110, sleep_awake: 10 }]);
  });

  it('stand alone when all that was told is more than a night has', () => {
    const many = (from: number) =>
      stages(
        ...Array.from(
          { length: 3_000 },
          (_, nr) => [from + nr / 100, from + (nr + 0.5) / 100, 'Core'] as const,
        ),
      );
    expect(mergeNight(many(-60).raw, many(0), 'watch')).toBeUndefined();
  });

  it('are the same night in whatever order its parts come, stored in between', () => {
    // All of them begin before 06:00, so that none is a sleep of the day.
    const stretch = fc.tuple(
      fc.constantFrom('Core', 'Deep', 'REM', 'Asleep', 'Awake'),
      fc.integer({ min: 1, max: 40 }),
    );
    const stretches = fc.array(stretch, { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(
        stretches,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (given, one, two) => {
          let at = -60;
          const night = given.map(([value, minutes]) => [at, (at += minutes), value] as const);
          const [first, second] = [Math.min(one, two), Math.max(one, two) + 1];
          const [a, b, c] = [night.slice(0, first), night.slice(first, second), night.slice(second)];
          const [evening, midst, morning, whole] = [
            stages(...a),
            stages(...b),
            stages(...c),
            stages(...night),
          ];
          for (const order of [
            [evening, midst, morning],
            [morning, midst, evening],
            [midst, evening, morning, midst],
            [whole, midst],
            [midst, whole, evening],
          ]) {
            expect(shown(standing(order[0] ?? whole, ...order.slice(1)))).toEqual(shown(whole));
          }
        },
      ),
    );
  });
});
