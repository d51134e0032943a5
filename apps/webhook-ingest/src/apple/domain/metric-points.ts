import type { Context, MetricName, Statistic } from '@bridge/contracts';
import type { SeriesPoint } from '../../documents/domain/series-point.ts';
import { parseHealthDate } from './health-date.ts';
import { exportedMetric, type HealthMetric } from './health-metrics.ts';

/** A metric of Health Auto Export, whose points follow one by one. */
export type ExportedSeries = {
  readonly name: string;
  /** As `unitText` gives it. */
  readonly unit: string;
};

/** Hash of a device's name. */
export type NameDevice = (source: unknown) => string | undefined;

type Value = HealthMetric & { readonly value: number };

const bloodPressure = 'blood_pressure';

/** Whether points of this name mean anything to us. */
export function isKnownSeries(name: string): boolean {
  return name === bloodPressure || exportedMetric(name) !== undefined;
}

/**
 * The values of one point: one, or several of one moment. Undefined when it holds none that can be read, for a time
 * or number that is none.
 */
export function pointsOf(
  { name, unit }: ExportedSeries,
  raw: unknown,
  nameDevice: NameDevice,
): SeriesPoint[] | undefined {
  if (!isRecord(raw)) return undefined;
  const startText = raw['startDate'] ?? raw['start'] ?? raw['date'];
  const endText = raw['endDate'] ?? raw['end'] ?? raw['date'];
  const end = parseHealthDate(endText);
  const start = startText === endText ? end : parseHealthDate(startText);
  const values = valuesOf(name, raw);
  if (end === undefined || start === undefined || values === undefined) return undefined;
  const device = nameDevice(raw['source']);
  const shared: Omit<SeriesPoint, 'metric' | 'value'> = {
    ...(device !== undefined && { device }),
    ...(start !== end && { start }),
    end,
    unit,
    raw,
  };
  return values.map((value) => {
    const context = contextOf(value.metric, raw['source']);
    return { ...shared, ...value, ...(context !== undefined && { context }) };
  });
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

function valuesOf(name: string, raw: Readonly<Record<string, unknown>>): Value[] | undefined {
  if (name === bloodPressure) {
    const systolic = finite(raw['systolic']);
    const diastolic = finite(raw['diastolic']);
    if (systolic === undefined || diastolic === undefined) return undefined;
    return [
      { metric: 'blood_pressure_systolic', value: systolic },
      { metric: 'blood_pressure_diastolic', value: diastolic },
    ];
  }
  const known = exportedMetric(name);
  if (known === undefined) return undefined;
  const quantity = finite(raw['qty']);
  if (quantity !== undefined) return [{ ...known, value: quantity }];
  return rangeOf(known.metric, raw);
}

/** `Min`, `Avg` and `Max` of a window; one measurement when all three are the same. */
function rangeOf(metric: MetricName, raw: Readonly<Record<string, unknown>>): Value[] | undefined {
  const average = finite(raw['Avg'] ?? raw['avg']);
  if (average === undefined) return undefined;
  const minimum = finite(raw['Min'] ?? raw['min']);
  const maximum = finite(raw['Max'] ?? raw['max']);
  if (minimum === average && maximum === average) return [{ metric, value: average }];
  const given: readonly (readonly [Statistic, number | undefined])[] = [
    ['minimum', minimum],
    ['average', average],
    ['maximum', maximum],
  ];
  return given.flatMap(([statistic, value]) => (value === undefined ? [] : [{ metric, statistic, value }]));
}

/** A unit as it is written; empty for none, which is no unit. */
export function unitText(unit: unknown): string {
  return typeof unit === 'string' ? unit.trim() : '';
}

/** A number, not a text that looks like one. */
export function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
