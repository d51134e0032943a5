import {
  biometricEventSchema,
  parseTimestamp,
  type GivenReading,
  type MetricName,
  type Statistic,
} from '@bridge/contracts';
import { createHash } from 'node:crypto';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import type { SeriesPoint } from '../../documents/domain/series-point.ts';
import { parseHealthDate } from './health-date.ts';
import type { LostField } from '../../documents/domain/lost-field.ts';
import type { NameDevice } from './name-device.ts';
import { parsePoint } from './parse-point.ts';
import { finite, isRecord, unitText } from './raw-fields.ts';
import { unreadable, type ParsedItem } from './parsed-item.ts';

/** A workout in any export format. */
export type Workout = {
  /** The exporter's id, or a substitute. */
  readonly id: string;
  readonly device: string | undefined;
  readonly start: string;
  readonly end: string;
  readonly values: readonly WorkoutValue[];
  /** Fields that hold no value. */
  readonly lost?: readonly LostField[];
};

export type WorkoutValue = {
  readonly metric: MetricName;
  readonly statistic: Statistic;
  readonly value: number;
  readonly unit: string;
};

type Field = { readonly metric: MetricName; readonly statistic: Statistic; readonly unit: string };

/** Fields `{qty, units}` or bare numbers of both versions of Health Auto Export, with the unit of a bare one. */
const fields: Readonly<Record<string, Field>> = {
  activeEnergyBurned: { metric: 'active_energy', statistic: 'sum', unit: 'kcal' },
  activeEnergy: { metric: 'active_energy', statistic: 'sum', unit: 'kcal' },
  totalEnergy: { metric: 'total_energy', statistic: 'sum', unit: 'kcal' },
  distance: { metric: 'distance', statistic: 'sum', unit: 'km' },
  stepCount: { metric: 'steps', statistic: 'sum', unit: 'count' },
  avgHeartRate: { metric: 'heart_rate', statistic: 'average', unit: 'bpm' },
  maxHeartRate: { metric: 'heart_rate', statistic: 'maximum', unit: 'bpm' },
};
const heartRateParts = { min: 'minimum', avg: 'average', max: 'maximum' } as const;

/** The workout as an object, and its pulse as a series. */
export function exportedWorkout(raw: unknown, nameDevice: NameDevice): ParsedItem[] {
  if (!isRecord(raw)) return [unreadable('workouts', raw)];
  const times = workoutTimes({
    start: raw['start'] ?? raw['startDate'],
    end: raw['end'] ?? raw['endDate'],
    seconds: finite(raw['duration']),
  });
  if (times === undefined) return [unreadable('workouts.start', raw)];
  const { start, end } = times;
  const { id, name } = raw;
  const object = workoutObject({
    id: typeof id === 'string' && id !== '' ? id : substituteId(name, start),
    device: nameDevice(raw['source']),
    start,
    end,
    ...valuesOf(raw),
  });
  return [{ kind: 'object', normalized: object, raw }, ...pulseOf(raw['heartRateData'], times, nameDevice)];
}

type Times = { readonly start: string; readonly end: string };

/**
 * Start and end; where one is missing or both are the same, the duration in seconds gives the other, and without that it is
 * that moment.
 */
export function workoutTimes(given: {
  readonly start: unknown;
  readonly end: unknown;
  readonly seconds: number | undefined;
}): Times | undefined {
  const start = parseHealthDate(given.start);
  const end = parseHealthDate(given.end);
  const { seconds = 0 } = given;
  if (start !== undefined && end !== undefined && (start !== end || seconds <= 0)) return { start, end };
  if (start !== undefined) return { start, end: shifted(start, seconds) };
  return end === undefined ? undefined : { start: shifted(end, -seconds), end };
}

/** The time so many seconds later, with its offset. */
function shifted(text: string, seconds: number): string {
  const time = parseTimestamp(text);
  if (time === undefined || Math.abs(seconds) > longestSeconds) return text;
  const localMs = time.epochMs + Math.round(seconds * 1_000) + (time.offsetMinutes ?? 0) * 60_000;
  return `${new Date(localMs).toISOString().slice(0, -1)}${/(?:Z|[+-]\d\d:\d\d)$/i.exec(text)?.[0] ?? ''}`;
}

const longestSeconds = 172_800;

/** From start to end, pauses included; unknown where only one of them is. */
function durationOf(start: string, end: string): WorkoutValue[] {
  const [from, to] = [parseTimestamp(start), parseTimestamp(end)];
  const seconds = from && to ? (to.epochMs - from.epochMs) / 1_000 : 0;
  return seconds > 0 ? [{ metric: 'workout_duration', statistic: 'sum', value: seconds, unit: 's' }] : [];
}

export function workoutObject({ id, device, start, end, values, lost }: Workout): NormalizedDocument {
  const all = [...durationOf(start, end), ...values];
  const readings = all.map(({ metric, statistic, value, unit }): GivenReading => ({
    path: `workouts.${metric}`,
    metric,
    value,
    unit,
    start,
    end,
    statistic,
    context: 'active',
  }));
  const objectId = `workout/${plainId(id)}`;
  return {
    kind: 'object',
    object: {
      objectId,
      eventType: 'workout',
      timestamp: end,
      reported: 'sensed',
      readings,
      ...(lost !== undefined && { lost }),
      ...(device !== undefined && { deviceId: device }),
    },
  };
}

const longestId = 200;
const objectIdSchema = biometricEventSchema.shape.provenance.shape.object_id;

/** An id that an event may carry: its beginning or, where that holds what no name may, its hash. */
function plainId(id: string): string {
  const splitsPair = /[\ud800-\udbff]/.test(id.charAt(longestId - 1));
  const cut = id.slice(0, splitsPair ? longestId - 1 : longestId);
  if (objectIdSchema.safeParse(cut).success) return cut;
  // As JSON: in UTF-8 all halves of surrogate pairs are the same.
  return createHash('sha256').update(JSON.stringify(id)).digest('hex');
}

/** For exports without ids: one person starts one workout of a kind at a time. */
export function substituteId(name: unknown, start: string): string {
  const instant = parseTimestamp(start)?.epochMs ?? start;
  return `${typeof name === 'string' ? name.replaceAll(/\W+/g, '_') : 'unnamed'}/${instant}`;
}

function valuesOf(raw: Readonly<Record<string, unknown>>): Required<Pick<Workout, 'values' | 'lost'>> {
  const found = new Map<string, WorkoutValue>();
  const lost: LostField[] = [];
  const enter = (name: string, given: unknown, { metric, statistic, unit }: Field) => {
    // A list of points says how the value came about.
    if (given === undefined || given === null || Array.isArray(given)) return;
    const value = quantityOf(given, unit);
    if (value !== undefined) found.set(`${metric}|${statistic}`, { metric, statistic, ...value });
    else
      lost.push({ why: 'unreadable', path: `workouts.${name}`, message: 'must be a number with its unit' });
  };
  const summary = raw['heartRate'];
  if (isRecord(summary)) {
    for (const [part, statistic] of Object.entries(heartRateParts)) {
      enter(`heartRate.${part}`, summary[part], { metric: 'heart_rate', statistic, unit: 'bpm' });
    }
  }
  for (const [name, field] of Object.entries(fields)) enter(name, raw[name], field);
  return { values: [...found.values()], lost };
}

/** Units of quantities that have no other one. */
const onlyUnits = new Set(['count', 'bpm']);

function quantityOf(given: unknown, unit: string): Pick<WorkoutValue, 'value' | 'unit'> | undefined {
  const bare = finite(given);
  if (bare !== undefined) return { value: bare, unit };
  if (!isRecord(given)) return undefined;
  const value = finite(given['qty']);
  const named = unitText(given['units']);
  if (value === undefined) return undefined;
  if (named !== '') return { value, unit: named };
  // Energy and distance come in the person's own unit: without its name the number could be another value.
  return onlyUnits.has(unit) ? { value, unit } : undefined;
}

/** Exports add some minutes of recovery, which are no exertion any more. */
function pulseOf(series: unknown, times: Times, nameDevice: NameDevice): ParsedItem[] {
  if (!Array.isArray(series)) return [];
  return series.flatMap((raw: unknown): ParsedItem[] => {
    const unit = isRecord(raw) ? unitText(raw['units']) : '';
    const named = { name: 'heart_rate', unit: unit === '' ? 'bpm' : unit };
    return parsePoint(named, raw, nameDevice, 'workouts.heartRateData').map((item) =>
      item.kind === 'points' ? { ...item, points: item.points.map(inContext) } : item,
    );
  });

  function inContext(point: SeriesPoint): SeriesPoint {
    return isWithin(times, point.end) ? { ...point, context: 'active' } : point;
  }
}

function isWithin({ start, end }: Times, time: string): boolean {
  const [from, to, at] = [parseTimestamp(start), parseTimestamp(end), parseTimestamp(time)];
  return !!from && !!to && !!at && at.epochMs >= from.epochMs && at.epochMs <= to.epochMs;
}
