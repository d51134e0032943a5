import type { Context, MetricName } from '@bridge/contracts';
import type { SeriesPoint } from '../../documents/domain/series-point.ts';
import { parseHealthDate } from './health-date.ts';
import { exportedMetric, type HealthMetric } from './health-metrics.ts';
import type { NameDevice } from './name-device.ts';
import { finite } from './raw-fields.ts';

/** A metric of Health Auto Export, whose points follow one by one. */
export type ExportedSeries = {
  readonly name: string;
  /** As `unitText` gives it. */
  readonly unit: string;
};

type Value = HealthMetric & { readonly value: number };
type Raw = Readonly<Record<string, unknown>>;

/** The values of one point, and the names of its fields that hold none. */
type PointValues = { readonly values: readonly Value[]; readonly lost: readonly string[] };

const bloodPressure = 'blood_pressure';
const pressures = { systolic: 'blood_pressure_systolic', diastolic: 'blood_pressure_diastolic' } as const;

/** Whether points of this name mean anything to us. */
export function isKnownSeries(name: string): boolean {
  return name === bloodPressure || exportedMetric(name) !== undefined;
}

/** The values of one point, and the fields that hold none. Undefined if it has no time, or no value at all. */
export function pointsOf(
  { name, unit }: ExportedSeries,
  raw: Raw,
  nameDevice: NameDevice,
): { readonly points: SeriesPoint[]; readonly lost: readonly string[] } | undefined {
  const startText = raw['startDate'] ?? raw['start'] ?? raw['date'];
  const endText = raw['endDate'] ?? raw['end'] ?? raw['date'];
  const end = parseHealthDate(endText);
  const start = startText === endText ? end : parseHealthDate(startText);
  const { values, lost } = valuesOf(name, raw);
  if (end === undefined || start === undefined || values.length === 0) return undefined;
  const device = nameDevice(raw['source']);
  const shared: Omit<SeriesPoint, 'metric' | 'value'> = {
    ...(device !== undefined && { device }),
    ...(start !== end && { start }),
    end,
    unit,
    raw,
  };
  const points = values.map((value) => {
    const context = contextOf(value.metric, raw['source']);
    return { ...shared, ...value, ...(context !== undefined && { derivedContext: context }) };
  });
  return { points, lost };
}

/**
 * The context that follows from metric and device. A watch measures respiration in sleep only; of the same metric from a
 * strap or an app nothing is known. Motion, which would tell more of a pulse, is in Apple's own `export.xml` alone.
 */
export function contextOf(metric: MetricName, source: unknown): Context | undefined {
  return metric === 'respiratory_rate' && typeof source === 'string' && /watch/i.test(source)
    ? 'sleep'
    : undefined;
}

function valuesOf(name: string, raw: Raw): PointValues {
  if (name === bloodPressure) return pressuresOf(raw);
  const known = exportedMetric(name);
  if (known === undefined) return { values: [], lost: [] };
  const quantity = finite(raw['qty']);
  if (quantity !== undefined) return { values: [{ ...known, value: quantity }], lost: [] };
  return rangeOf(known.metric, raw);
}

function pressuresOf(raw: Raw): PointValues {
  const values: Value[] = [];
  const lost: string[] = [];
  for (const [field, metric] of Object.entries(pressures)) {
    const value = finite(raw[field]);
    if (value === undefined) lost.push(field);
    else values.push({ metric, value });
  }
  return { values, lost };
}

/** `Min`, `Avg` and `Max` of a window; one measurement when all three are the same. */
function rangeOf(metric: MetricName, raw: Raw): PointValues {
  const given = {
    minimum: raw['Min'] ?? raw['min'],
    average: raw['Avg'] ?? raw['avg'],
    maximum: raw['Max'] ?? raw['max'],
  };
  const average = finite(given.average);
  if (average !== undefined && given.minimum === average && given.maximum === average)
    return { values: [{ metric, value: average }], lost: [] };
  const values: Value[] = [];
  const lost: string[] = [];
  for (const [statistic, field] of Object.entries(given) as [keyof typeof given, unknown][]) {
    const value = finite(field);
    if (value !== undefined) values.push({ metric, statistic, value });
    // Only the average is always there.
    else if (statistic === 'average' || (field !== undefined && field !== null)) lost.push(statistic);
  }
  return { values, lost };
}
