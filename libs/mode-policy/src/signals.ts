import { parseTimestamp, type BiometricEvent, type Reading, type Timestamp } from '@bridge/contracts';
import {
  contextFlag,
  dailyFlag,
  manualFlag,
  movingFlag,
  sedentaryFlag,
  spotFlag,
  statedContext,
  sustainedFlag,
} from './flags.ts';
import type { LaneName } from './lane-kinds.ts';
import type { Activity } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { activityOf, statedContextOf } from './reading-context.ts';
import { seenMetrics, vitals, type SeenMetric, type Slot, type Vital } from './slots.ts';

/** One reading in the form that rules use. */
export type Signal = {
  readonly metric: SeenMetric;
  readonly value: number;
  /** The end of its interval: when it was measured, in ms since 1970; never later than it was received. */
  readonly at: number;
  /** What decides its local day: its middle, for an interval of a day. */
  readonly dayAt: number;
  /** Minutes east of UTC; undefined for `Z` and for none, which do not reveal where the person is. */
  readonly offset: number | undefined;
  /** See `flags.ts`. */
  readonly flags: number;
  /** Where the newest of a device is kept; undefined for a live vital sign. */
  readonly slot: Slot | undefined;
  readonly vital: Vital | undefined;
  /** The daily values that it enters; of a pulse and an RMSSD that are not stated to be asleep, if it is at rest. */
  readonly lane: LaneName | undefined;
};

/** Steps of an interval, or of a day. */
export type StepCount = {
  readonly from: number;
  readonly to: number;
  readonly offset: number | undefined;
  readonly value: number;
  readonly isTotal: boolean;
};

/** Why a reading is no signal. */
export type UnusedReason =
  /** No rule reads its metric. */
  | 'no_rule'
  | 'no_time'
  /** Rules and daily values do not look back so far. */
  | 'too_old'
  /** A minimum, a maximum, a sum or the like, where a rule compares samples and means. */
  | 'statistic'
  /** The mean of a live vital sign over so long a time hides what a rule looks for. */
  | 'long_mean'
  /** Steps of an activity are among those of its day. */
  | 'steps_of_activity';

/** Readings of one metric that are no signals. */
export type UnusedReadings = {
  readonly metric: Reading['metric'];
  readonly reason: UnusedReason;
  count: number;
};

/** The contents of one event. */
export type Signals = {
  /** The event's own timestamp, in ms since 1970. */
  readonly measured: number;
  /** Offsets that reveal where the person is, with their times of measurement. */
  readonly offsets: readonly { readonly at: number; readonly offset: number | undefined }[];
  /** In order of measured time. */
  readonly all: readonly Signal[];
  readonly steps: readonly StepCount[];
  readonly activity: Activity | undefined;
  /** One entry per metric and reason. */
  readonly unused: readonly Readonly<UnusedReadings>[];
};

// Shared, since most events have none.
const allUsed: Signals['unused'] = [];

const none: Signals = {
  measured: 0,
  offsets: [],
  all: [],
  steps: [],
  activity: undefined,
  unused: allUsed,
};

const seen = new Set<string>(seenMetrics);
const vitalSet = new Set<string>(vitals);

/** Four decimals: finer than any device, and no noise of binary fractions in a state. */
const precision = 10_000;

/**
 * The signals of one event. A delete has none.
 * @param shift Added to every time, in ms: those of a local clock.
 */
export function signalsOf(event: BiometricEvent, policy: PolicyValues, shift = 0): Signals {
  if (event.operation === 'delete') return none;
  const measured = parseTimestamp(event.timestamp);
  const received = parseTimestamp(event.received_at);
  if (measured === undefined || received === undefined) return none;
  const reported = activityOf(event, measured.epochMs, policy);
  const activity = reported && ([reported[0] + shift, reported[1] + shift, reported[2]] as const);
  const basis: Basis = {
    event,
    policy,
    measured,
    received: received.epochMs,
    shift,
    isActivity: activity !== undefined,
    isSpot: event.readings.some(({ metric }) => metric === 'hrv_rmssd' || metric === 'stress_level'),
  };
  const all: Signal[] = [];
  const steps: StepCount[] = [];
  let unused: UnusedReadings[] | undefined;
  let isSorted = true;
  for (const reading of event.readings) {
    const found = readingOf(reading, basis);
    if (typeof found === 'string') {
      unused ??= [];
      addUnused(unused, reading.metric, found);
    } else if ('isTotal' in found) steps.push(found);
    else {
      isSorted &&= found.at >= (all.at(-1)?.at ?? -Infinity);
      all.push(found);
    }
  }
  const own = { at: measured.epochMs + shift, offset: realOffset(measured, event.timestamp) };
  return {
    measured: own.at,
    offsets: offsetsOf(event, own, all),
    all: isSorted ? all : all.toSorted((a, b) => a.at - b.at),
    steps,
    activity,
    unused: unused ?? allUsed,
  };
}

function addUnused(unused: UnusedReadings[], metric: Reading['metric'], reason: UnusedReason): void {
  const same = unused.find((one) => one.metric === metric && one.reason === reason);
  if (same === undefined) unused.push({ metric, reason, count: 1 });
  else same.count += 1;
}

/** An assumed time has the offset of where its person was thought to be, which says nothing new. */
function offsetsOf(
  { provenance }: BiometricEvent,
  own: Signals['offsets'][number],
  all: readonly Signal[],
): Signals['offsets'] {
  if (provenance.flags.includes('time_assumed')) return [];
  return own.offset === undefined ? all : [own, ...all];
}

type Basis = {
  readonly event: BiometricEvent;
  readonly policy: PolicyValues;
  readonly measured: Timestamp;
  readonly received: number;
  readonly shift: number;
  readonly isActivity: boolean;
  readonly isSpot: boolean;
};

type Time = {
  readonly at: number;
  readonly length: number | undefined;
  readonly hasOwn: boolean;
  readonly offset: number | undefined;
};

/** `Z` says only that the time is UTC; a real offset, `+00:00` included, says where the person is. */
function realOffset({ offsetMinutes }: Timestamp, text: string): number | undefined {
  return offsetMinutes === 0 && /[zZ]$/.test(text) ? undefined : offsetMinutes;
}

/** A reading as a rule sees it, or why none does. */
function readingOf(reading: Reading, basis: Basis): Signal | StepCount | UnusedReason {
  if (!seen.has(reading.metric)) return 'no_rule';
  const { event, policy, measured, received, shift } = basis;
  const end = reading.end === undefined ? measured : parseTimestamp(reading.end);
  const start = reading.start === undefined ? undefined : parseTimestamp(reading.start);
  if (end === undefined) return 'no_time';
  const time: Time = {
    at: Math.min(end.epochMs + shift, received),
    length: start === undefined ? undefined : end.epochMs - start.epochMs,
    hasOwn: reading.end !== undefined,
    offset: realOffset(end, reading.end ?? event.timestamp),
  };
  if (received - time.at > policy.thresholds.signals.history) return 'too_old';
  return reading.metric === 'steps' ? stepCount(reading, time, basis) : signalOf(reading, time, basis);
}

function signalOf(reading: Reading, time: Time, basis: Basis): Signal | UnusedReason {
  const { event, policy, isActivity, isSpot } = basis;
  const metric = reading.metric as SeenMetric;
  const context = statedContextOf(reading, event.event_type, isActivity);
  const night = context === 'sleep' && isNightValue(reading, time, basis);
  const lowest = reading.statistic === 'minimum' && metric === 'heart_rate' && night;
  if (!lowest && !isPlain(reading)) return 'statistic';
  const isVital = vitalSet.has(metric);
  const { mean_at_most, sustained_from, daily_from } = policy.thresholds.signals;
  const length = time.length ?? 0;
  if (isVital && !night && reading.statistic !== undefined && length > mean_at_most) return 'long_mean';
  const daily = night || !(isVital || liveMetrics.has(metric));
  const flags =
    contextFlag(context) |
    (reading.motion === 'active' ? movingFlag : reading.motion === 'sedentary' ? sedentaryFlag : 0) |
    (isSpot ? spotFlag : 0) |
    (event.source === 'manual' ? manualFlag : 0) |
    (length >= sustained_from ? sustainedFlag : 0) |
    (daily ? dailyFlag : 0);
  return {
    metric,
    value: Math.round(reading.value * precision) / precision,
    at: time.at,
    dayAt: length >= daily_from && context !== 'sleep' ? time.at - length / 2 : time.at,
    offset: time.offset,
    flags,
    slot: lowest ? 'pulse_lowest' : slotOf(metric, night),
    vital: isVital && !night ? (metric as Vital) : undefined,
    lane: lowest ? 'pulse_lowest' : laneOf(metric, flags, night),
  };
}

const liveMetrics = new Set<SeenMetric>(['hrv_rmssd', 'hrv_sdnn', 'stress_level', 'body_temperature']);

/** A mean, a median or a plain sample: one statistic. */
function isPlain({ statistic }: Reading): boolean {
  return statistic === undefined || statistic === 'average' || statistic === 'median';
}

/** Whether a value of context sleep stands for the night. */
function isNightValue(reading: Reading, time: Time, { event, policy }: Basis): boolean {
  if (event.event_type === 'recovery') return true;
  if (time.length !== undefined) return time.length >= policy.thresholds.signals.night_from;
  if (time.hasOwn) return false;
  if (reading.statistic !== undefined) return true;
  const isOther = (one: Reading) => one !== reading && one.metric === reading.metric && isPlain(one);
  return event.event_type === 'sleep' && !event.readings.some(isOther);
}

const nightSlots: Partial<Record<SeenMetric, Slot>> = {
  heart_rate: 'pulse_night',
  spo2: 'spo2_night',
  respiratory_rate: 'respiration_night',
  hrv_rmssd: 'rmssd_night',
  resting_heart_rate: 'resting_night',
};

const otherSlots: Partial<Record<SeenMetric, Slot>> = {
  hrv_rmssd: 'rmssd_live',
  stress_level: 'stress',
  body_temperature: 'body_temperature',
  resting_heart_rate: 'resting_day',
  readiness_score: 'readiness',
  recovery_score: 'recovery',
  sleep_score: 'sleep_score',
  strain: 'strain',
  skin_temp: 'skin_temp',
  skin_temp_deviation: 'skin_deviation',
};

function slotOf(metric: SeenMetric, night: boolean): Slot | undefined {
  return (night ? nightSlots[metric] : undefined) ?? otherSlots[metric];
}

const plainLanes: Partial<Record<SeenMetric, LaneName>> = {
  readiness_score: 'readiness',
  recovery_score: 'recovery',
  skin_temp: 'skin_temp',
  skin_temp_deviation: 'skin_deviation',
};

const sleepLanes: Partial<Record<SeenMetric, LaneName>> = {
  heart_rate: 'pulse_sleep',
  spo2: 'spo2_sleep',
  respiratory_rate: 'respiration_sleep',
  hrv_rmssd: 'rmssd_sleep',
};

function laneOf(metric: SeenMetric, flags: number, night: boolean): LaneName | undefined {
  const context = statedContext(flags);
  if (metric === 'resting_heart_rate') return night ? 'resting_night' : 'resting_day';
  if (plainLanes[metric] !== undefined) return plainLanes[metric];
  if (context === 'sleep') return sleepLanes[metric];
  if (context === 'active') return undefined;
  if (metric === 'heart_rate') return 'pulse_rest';
  return metric === 'hrv_rmssd' ? 'rmssd_rest' : undefined;
}

/** Those of a workout are among the steps of its day, which come apart from it. */
function stepCount(
  reading: Reading,
  time: Time,
  { event, policy, isActivity }: Basis,
): StepCount | UnusedReason {
  if (event.event_type === 'workout') return 'steps_of_activity';
  if (reading.statistic !== undefined && reading.statistic !== 'sum' && reading.statistic !== 'count')
    return 'statistic';
  const { at, length, offset } = time;
  if (length === undefined)
    return isActivity
      ? 'steps_of_activity'
      : { from: at, to: at, offset, value: reading.value, isTotal: true };
  const isTotal =
    length >= policy.thresholds.signals.daily_from || isDaySoFar(at - length, at, offset, event);
  return { from: at - length, to: at, offset, value: reading.value, isTotal };
}

/** Of the day that runs: from its midnight until it arrived, however short. */
function isDaySoFar(from: number, to: number, offset: number | undefined, event: BiometricEvent): boolean {
  if ((from + (offset ?? 0) * 60_000) % dayMs !== 0) return false;
  return to === parseTimestamp(event.received_at)?.epochMs;
}

const dayMs = 86_400_000;
