import type { Flag } from './biometric-event.ts';
import { maxReadings } from './biometric-event.ts';
import { refuse, type DeadLetterReason, type Problem, type Refusal } from './interpretation.ts';
import { metricName, metricNamed, type Metric } from './metrics.ts';
import type { Context, Reading, Statistic } from './reading.ts';
import { aheadOf } from './time-rules.ts';
import { parseTimestamp } from './timestamp.ts';

/** A reading as it was given: any known name, any equivalent unit or none. */
export type GivenReading = {
  readonly path: string;
  readonly metric: string;
  readonly value: number;
  readonly unit?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly context?: Context | undefined;
  readonly statistic?: Statistic | undefined;
};

export type NormalReadings = { readonly kind: 'ok'; readonly readings: Reading[]; readonly flags: Set<Flag> };

type Fault = { readonly reason: DeadLetterReason; readonly problem: Problem };

/** Dictionary names and units, plausible values. One bad reading refuses the event: nothing is fixed in silence. */
export function normalizeReadings(
  given: readonly GivenReading[],
  arrivalMs: number,
): NormalReadings | Refusal {
  if (given.length > maxReadings) {
    return refuse('too_many_readings', [
      { path: 'readings', message: `must not be more than ${maxReadings}` },
    ]);
  }
  const flags = new Set<Flag>();
  const readings: Reading[] = [];
  const faults: Fault[] = [];
  for (const one of given) {
    const name = metricName(one.metric);
    const metric = name === undefined ? undefined : metricNamed(name);
    if (name === undefined || metric === undefined) {
      flags.add('unknown_metric');
      continue;
    }
    const result = normalize(one, name, { metric, flags, arrivalMs });
    if ('reason' in result) faults.push(result);
    else readings.push(result);
  }
  const [first] = faults;
  if (first === undefined) return { kind: 'ok', readings, flags };
  return refuse(
    first.reason,
    faults.slice(0, 20).map(({ problem }) => problem),
  );
}

type Surroundings = { readonly metric: Metric; readonly flags: Set<Flag>; readonly arrivalMs: number };

function normalize(
  given: GivenReading,
  name: string,
  { metric, flags, arrivalMs }: Surroundings,
): Reading | Fault {
  const inUnit = convert(given, metric, flags);
  if (inUnit === undefined)
    return fault('unknown_unit', given.path, `must be in ${metric.unit} or an equivalent unit`);
  const value = putRight(inUnit, metric, flags);
  if (!(value >= metric.min && value <= metric.max)) {
    return fault(
      'implausible_value',
      given.path,
      `must lie between ${metric.min} and ${metric.max} ${metric.unit}`,
    );
  }
  const interval = intervalOf(given, flags, arrivalMs);
  if ('reason' in interval) return interval;
  return {
    metric: name,
    value,
    unit: metric.unit,
    ...interval,
    ...(given.context && { context: given.context }),
    ...(given.statistic && { statistic: given.statistic }),
  };
}

/**
 * An end to come would pass for the newest measurement until it is reached. Of an interval by a local clock only the
 * event's own time is known.
 */
function intervalOf(
  { start, end, path }: GivenReading,
  flags: Set<Flag>,
  arrivalMs: number,
): Pick<Reading, 'start' | 'end'> | Fault {
  if (start === undefined && end === undefined) return {};
  const from = boundary(start);
  const to = boundary(end);
  if (from === null || to === null || (from && to && to.epochMs < from.epochMs)) {
    return fault('invalid_event', path, 'must have RFC 3339 start and end, and not end before it starts');
  }
  const ahead = [from, to].map((one) => (one ? aheadOf(arrivalMs, one) : 'no'));
  if (ahead.includes('future')) return fault('future_timestamp', path, 'must not lie in the future');
  if (ahead.includes('local_clock')) {
    flags.add('local_clock');
    return {};
  }
  return { ...(from && { start: from.text }), ...(to && { end: to.text }) };
}

/** The value in the metric's unit; undefined when the unit given is none of its equivalents. */
function convert({ value, unit }: GivenReading, metric: Metric, flags: Set<Flag>): number | undefined {
  if (unit === undefined || unit === metric.unit) return value;
  const { equivalents } = metric;
  const equivalent = equivalents && Object.hasOwn(equivalents, unit) ? equivalents[unit] : undefined;
  if (equivalent === undefined) return undefined;
  const converted = value * equivalent.factor + (equivalent.offset ?? 0);
  if (converted !== value) flags.add('unit_converted');
  return tidy(converted);
}

/** The two slips that devices are known for. */
function putRight(value: number, { slip, min }: Metric, flags: Set<Flag>): number {
  if (slip === undefined || value >= min || value < slip.min || value > slip.max) return value;
  flags.add(slip.flag);
  return tidy(value * slip.factor);
}

/** Without the noise of binary fractions: 0.0612 × 1000 is 61.2, so that its content hash is that of 61.2. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function boundary(text: string | undefined) {
  return text === undefined ? undefined : (parseTimestamp(text) ?? null);
}

function fault(reason: DeadLetterReason, path: string, message: string): Fault {
  return { reason, problem: { path, message } };
}
