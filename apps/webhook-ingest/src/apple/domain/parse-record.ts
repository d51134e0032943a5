import type { Motion, Statistic } from '@bridge/contracts';
import { parseHealthDate } from './health-date.ts';
import type { RecordedElement } from './health-item.ts';
import { healthKitMetric } from './health-metrics.ts';
import { contextOf } from './metric-points.ts';
import type { NameDevice } from './name-device.ts';
import { unitText } from './raw-fields.ts';
import { stageSpan } from './sleep-stages.ts';
import { unreadable, type ParsedItem } from './parsed-item.ts';
import { substituteId, workoutObject, workoutTimes, type WorkoutValue } from './workout.ts';

const sleep = 'HKCategoryTypeIdentifierSleepAnalysis';
const statisticsOfWorkouts: Readonly<Record<string, Statistic>> = {
  sum: 'sum',
  average: 'average',
  minimum: 'minimum',
  maximum: 'maximum',
};

/** Parses an element of Apple's `export.xml`. Percentages are fractions there. */
export function parseRecord(item: RecordedElement, nameDevice: NameDevice): ParsedItem {
  if (item.tag === 'Record') return recordOf(item, nameDevice);
  if (item.tag === 'Workout') return workoutOf(item, nameDevice);
  return { kind: 'unknown', name: item.tag, raw: rawOf(item) };
}

function recordOf(item: RecordedElement, nameDevice: NameDevice): ParsedItem {
  const { type = '', sourceName, startDate, endDate, value, unit } = item.attributes;
  const raw = rawOf(item);
  if (type === sleep) {
    const span = stageSpan({ startDate, endDate, value, source: sourceName }, nameDevice);
    return span === undefined ? unreadable(type, raw) : { kind: 'stage', span: { ...span, raw } };
  }
  const known = healthKitMetric(type);
  if (known === undefined) return { kind: 'unknown', name: plainName(type), raw };
  const start = parseHealthDate(startDate);
  const end = parseHealthDate(endDate);
  const number = decimal(value);
  if (start === undefined || end === undefined || number === undefined) return unreadable(type, raw);
  const device = nameDevice(sourceName);
  const motion = known.metric === 'heart_rate' ? motionOf(item) : undefined;
  const context = contextOf(known.metric, sourceName);
  const point = {
    ...known,
    ...(device !== undefined && { device }),
    ...(context !== undefined && { derivedContext: context }),
    ...(motion !== undefined && { motion }),
    ...(start !== end && { start }),
    end,
    value: number,
    unit: unitText(unit),
    raw,
  };
  return { kind: 'points', points: [point] };
}

/** HealthKit's `HKHeartRateMotionContext`; 0 is that it could not be determined. */
const motions: ReadonlyMap<string | undefined, Motion> = new Map([
  ['1', 'sedentary'],
  ['2', 'active'],
]);

function motionOf({ children }: RecordedElement): Motion | undefined {
  const entry = children.find(
    ({ tag, attributes }) =>
      tag === 'MetadataEntry' && attributes['key'] === 'HKMetadataKeyHeartRateMotionContext',
  );
  return motions.get(entry?.attributes['value']);
}

function workoutOf(item: RecordedElement, nameDevice: NameDevice): ParsedItem {
  const { workoutActivityType, sourceName, startDate, endDate, duration, durationUnit } = item.attributes;
  const raw = rawOf(item);
  const seconds = secondsOf(duration, durationUnit);
  const times = workoutTimes({ start: startDate, end: endDate, seconds });
  if (times === undefined) return unreadable('Workout', raw);
  const { start, end } = times;
  const values = item.children.flatMap(({ tag, attributes }): WorkoutValue[] => {
    const known = tag === 'WorkoutStatistics' ? healthKitMetric(attributes['type'] ?? '') : undefined;
    if (known === undefined) return [];
    return Object.entries(statisticsOfWorkouts).flatMap(([field, statistic]) => {
      const value = decimal(attributes[field]);
      if (value === undefined) return [];
      return [{ metric: known.metric, statistic, value, unit: unitText(attributes['unit']) }];
    });
  });
  const id = substituteId(workoutActivityType, start);
  const normalized = workoutObject({ id, device: nameDevice(sourceName), start, end, values });
  return { kind: 'object', normalized, raw };
}

function rawOf({ tag, attributes, children }: RecordedElement): unknown {
  return { tag, ...attributes, ...(children.length > 0 && { children }) };
}

function plainName(type: string): string {
  return type.replace(/^HK(?:Quantity|Category|Data)TypeIdentifier/, '');
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, sec: 1, min: 60, hr: 3_600 };

/** Apple writes minutes. Undefined for a unit that nobody knows. */
function secondsOf(duration: string | undefined, unit = 'min'): number | undefined {
  const value = decimal(duration);
  const factor = Object.hasOwn(unitSeconds, unit) ? unitSeconds[unit] : undefined;
  return value === undefined || factor === undefined ? undefined : value * factor;
}

function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
