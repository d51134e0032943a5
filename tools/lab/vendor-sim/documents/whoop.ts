import { createHash } from 'node:crypto';
import { rfc3339 } from '../../simulate/wire/rfc3339.ts';
import type { SimulatedEvent } from '../../simulate/devices/simulated-event.ts';
import type { Document } from '../document-store.ts';
import { uuidOf } from '../uuid-of.ts';
import type { CollectedDocument } from './oura.ts';
import { readingOf, spanOf, valueOf } from './reading-of.ts';

const kilojoulePerKcal = 4.184;

/**
 * What WHOOP would have of a person's events, in the order in which they happen; nothing of one that a strap cannot say.
 * It remembers the last recovery: one that is scored again repeats what did not change.
 */
export function createWhoopDocuments(userId: number) {
  let recovery: Document | undefined;
  let cycleStart: number | undefined;

  return function whoopDocuments(event: SimulatedEvent): CollectedDocument[] {
    switch (event.eventType) {
      case 'sleep': {
        const night = spanOf(event);
        if (!night || !readingOf(event, 'time_in_bed')) return [];
        cycleStart = night.start;
        return [
          { collection: 'cycle', document: cycle(event, { userId, start: night.start }) },
          { collection: 'sleep', document: sleep(event, { userId, ...night }) },
        ];
      }
      case 'recovery':
        recovery = readingOf(event, 'hrv_rmssd') ? scored(event, userId) : scoredAgain(event, recovery);
        return recovery ? [{ collection: 'recovery', document: recovery }] : [];
      case 'cycle': {
        const start = cycleStart ?? event.measuredAt - 57_600_000;
        const document = cycle(event, { userId, start, strain: valueOf(event, 'strain') });
        return [{ collection: 'cycle', document }];
      }
      case 'workout':
        return [{ collection: 'workout', document: workout(event, userId) }];
      default:
        return [];
    }
  };
}

/** Sleep, recovery and cycle of one day name each other. */
function idsOf({ userId, objectId }: SimulatedEvent) {
  const day = `${userId}/${objectId.replace(/-(sleep|recovery|cycle|workout)$/, '')}`;
  const hash = createHash('sha256').update(day).digest();
  return {
    cycleId: hash.readUIntBE(0, 6),
    sleepId: uuidOf('whoop', day, 'sleep'),
    workoutId: uuidOf('whoop', objectId),
  };
}

const utc = (at: number) => new Date(at).toISOString();

function times({ receivedAt, measuredAt, offsetMinutes }: SimulatedEvent) {
  const offset = rfc3339(measuredAt, offsetMinutes).slice(-6);
  return {
    created_at: utc(measuredAt),
    updated_at: utc(receivedAt),
    timezone_offset: offset.endsWith('Z') ? 'Z' : offset,
  };
}

type Span = { readonly userId: number; readonly start: number; readonly end: number };

function sleep(event: SimulatedEvent, { userId, start, end }: Span): Document {
  const milli = (metric: Parameters<typeof valueOf>[1]) => valueOf(event, metric) * 1000;
  const { cycleId, sleepId } = idsOf(event);
  return {
    id: sleepId,
    cycle_id: cycleId,
    user_id: userId,
    ...times(event),
    start: utc(start),
    end: utc(end),
    nap: false,
    score_state: 'SCORED',
    score: {
      stage_summary: {
        total_in_bed_time_milli: milli('time_in_bed'),
        total_awake_time_milli: milli('sleep_awake'),
        total_no_data_time_milli: 0,
        total_light_sleep_time_milli: milli('sleep_light'),
        total_slow_wave_sleep_time_milli: milli('sleep_deep'),
        total_rem_sleep_time_milli: milli('sleep_rem'),
        sleep_cycle_count: 4,
        disturbance_count: 9,
      },
      sleep_needed: {
        baseline_milli: 27_000_000,
        need_from_sleep_debt_milli: 600_000,
        need_from_recent_strain_milli: 300_000,
        need_from_recent_nap_milli: 0,
      },
      respiratory_rate: valueOf(event, 'respiratory_rate'),
      sleep_performance_percentage: valueOf(event, 'sleep_performance'),
      sleep_consistency_percentage: 80,
      sleep_efficiency_percentage: valueOf(event, 'sleep_efficiency'),
    },
  };
}

function scored(event: SimulatedEvent, userId: number): Document {
  const { cycleId, sleepId } = idsOf(event);
  const { created_at, updated_at } = times(event);
  return {
    cycle_id: cycleId,
    sleep_id: sleepId,
    user_id: userId,
    created_at,
    updated_at,
    score_state: 'SCORED',
    score: {
      user_calibrating: false,
      recovery_score: valueOf(event, 'recovery_score'),
      resting_heart_rate: valueOf(event, 'resting_heart_rate'),
      hrv_rmssd_milli: valueOf(event, 'hrv_rmssd'),
      spo2_percentage: readingOf(event, 'spo2')?.value,
      skin_temp_celsius: readingOf(event, 'skin_temp')?.value,
    },
  };
}

function scoredAgain(event: SimulatedEvent, last: Document | undefined): Document | undefined {
  if (!last) return undefined;
  const score = { ...(last.score as object), recovery_score: valueOf(event, 'recovery_score') };
  return { ...last, updated_at: times(event).updated_at, score };
}

/** Without a strain it still runs: no end, no score. */
function cycle(
  event: SimulatedEvent,
  { userId, start, strain }: { userId: number; start: number; strain?: number },
): Document {
  const head = { id: idsOf(event).cycleId, user_id: userId, ...times(event), start: utc(start) };
  if (strain === undefined) return { ...head, score_state: 'PENDING_SCORE' };
  const score = {
    strain,
    kilojoule: Math.round(7600 + 250 * strain),
    average_heart_rate: 68,
    max_heart_rate: 151,
  };
  return { ...head, end: utc(event.measuredAt), score_state: 'SCORED', score };
}

function workout(event: SimulatedEvent, userId: number): Document {
  const { start, end } = spanOf(event) ?? { start: event.measuredAt - 1_800_000, end: event.measuredAt };
  const pulses = event.readings.filter(({ metric }) => metric === 'heart_rate').map(({ value }) => value);
  const zones = ['zero', 'one', 'two', 'three', 'four', 'five'].map((name) => [
    `zone_${name}_milli`,
    Math.round((end - start) / 6),
  ]);
  return {
    id: idsOf(event).workoutId,
    user_id: userId,
    ...times(event),
    start: utc(start),
    end: utc(end),
    sport_name: 'running',
    sport_id: 0,
    score_state: 'SCORED',
    score: {
      strain: valueOf(event, 'strain'),
      average_heart_rate: Math.round(Math.min(...pulses)),
      max_heart_rate: Math.round(Math.max(...pulses)),
      kilojoule: Math.round(valueOf(event, 'active_energy') * kilojoulePerKcal),
      percent_recorded: 100,
      zone_durations: Object.fromEntries(zones) as Record<string, number>,
    },
  };
}
