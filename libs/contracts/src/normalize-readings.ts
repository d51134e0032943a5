import type { Flag } from './biometric-event.ts';
import { maxReadings } from './biometric-event.ts';
import { refuse, type DeadLetterReason, type Problem, type Refusal } from './interpretation.ts';
import { metricName, metricNamed, type Metric } from './metrics.ts';
import type { Context, Motion, Reading, Statistic } from './reading.ts';
import { isAhead } from './time-rules.ts';
import { parseTimestamp } from './timestamp.ts';
import { unitNamed } from './unit-names.ts';

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
  readonly motion?: Motion | undefined;
};

export type NormalReadings = { readonly kind: 'ok'; readonly readings: Reading[]; readonly flags: Set<Flag> };

export type ReadingFault = { readonly reason: DeadLetterReason; readonly problem: Problem };

/** Dictionary names and units, plausible values. One bad reading refuses the event: nothing is corrected silently. */
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
  const faults: ReadingFault[] = [];
  for (const one of given) {
    const result = normalizeReading(one, arrivalMs, flags);
    if (result === undefined) flags.add('unknown_metric');
    else if ('reason' in result) faults.push(result);
    else readings.push(result);
  }
  const [first] = faults;
  if (first === undefined) return { kind: 'ok', readings, flags };
  return refuse(
    first.reason,
    faults.slice(0, 20).map(({ problem }) => problem),
  );
}

/** One reading likewise; undefined when its metric is unknown. Corrections are added to `flags`. */
export function normalizeReading(
  given: GivenReading,
  arrivalMs: number,
  flags: Set<Flag>,
): Reading | ReadingFault | undefined {
  const name = metricName(given.metric);
  const metric = name === undefined ? undefined : metricNamed(name);
  if (name === undefined || metric === undefined) return undefined;
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
  // Filled in place: spread together, a body of a million readings would leave three objects for each.
  const reading: Reading = { metric: name, value, unit: metric.unit };
  const failed = placeInTime(reading, given, { flags, arrivalMs });
  if (failed !== undefined) return failed;
  if (given.context) reading.context = given.context;
  if (given.statistic) reading.statistic = given.statistic;
  if (given.motion) reading.motion = given.motion;
  return reading;
}

/**
 * An end to come would pass for the newest measurement until it is reached.
 */
function placeInTime(
  reading: Reading,
  { start, end, path }: GivenReading,
  { flags, arrivalMs }: { readonly flags: Set<Flag>; readonly arrivalMs: number },
): ReadingFault | undefined {
  const from = boundary(start);
  const to = boundary(end);
  if (from === null || to === null || (from && to && to.epochMs < from.epochMs)) {
    return fault('invalid_event', path, 'must have RFC 3339 start and end, and not end before it starts');
  }
  if ((from && isAhead(arrivalMs, from)) || (to && isAhead(arrivalMs, to)))
    return fault('future_timestamp', path, 'must not lie in the future');
  if ((from && from.offsetMinutes === undefined) || (to && to.offsetMinutes === undefined))
    flags.add('no_offset');
  if (from) reading.start = from.text;
  if (to) reading.end = to.text;
  return undefined;
}

/** The value in the metric's unit; undefined when the unit given is none of its equivalents in any spelling. */
function convert({ value, unit: given }: GivenReading, metric: Metric, flags: Set<Flag>): number | undefined {
  if (given === undefined) return value;
  const unit = equivalentUnit(given, metric);
  if (unit === metric.unit) return value;
  const equivalent = unit === undefined ? undefined : metric.equivalents?.[unit];
  if (equivalent === undefined) return undefined;
  const converted = value * equivalent.factor + (equivalent.offset ?? 0);
  if (converted !== value) flags.add('unit_converted');
  return tidy(converted);
}

/** A unit that the metric travels in or is converted from; undefined for any other. */
function equivalentUnit(given: string, { unit, equivalents = {} }: Metric): string | undefined {
  if (given === unit || Object.hasOwn(equivalents, given)) return given;
  const named = unitNamed(given);
  if (named === undefined || named === unit) return named;
  return Object.hasOwn(equivalents, named) ? named : undefined;
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

function fault(reason: DeadLetterReason, path: string, message: string): ReadingFault {
  return { reason, problem: { path, message } };
}
