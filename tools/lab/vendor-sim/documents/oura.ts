import { rfc3339 } from '../../simulate/wire/rfc3339.ts';
import type { SimulatedEvent } from '../../simulate/devices/simulated-event.ts';
import { uuidOf } from '../uuid-of.ts';
import type { Document } from '../document-store.ts';
import { ouraNight } from './oura-night.ts';
import { readingOf, spanOf, valueOf } from './reading-of.ts';

/** A document and where the vendor keeps it. */
export type CollectedDocument = { readonly collection: string; readonly document: Document };

/** Creates Oura's documents of this event, none if a ring cannot measure it. */
export function ouraDocuments(event: SimulatedEvent): CollectedDocument[] {
  switch (event.eventType) {
    case 'sleep':
      return readingOf(event, 'time_in_bed')
        ? [{ collection: 'sleep', document: ouraNight(event, idOf(event, 'sleep')) }]
        : [];
    case 'readiness':
      return [...restSession(event), ...scores(event)];
    case 'spo2':
      return spanOf(event) ? [saturation(event)] : [];
    case 'workout':
      return [workout(event)];
    case 'heart_rate':
      return event.readings.map((reading) => ({
        collection: 'heartrate',
        document: {
          timestamp: new Date(reading.end ?? event.measuredAt).toISOString(),
          timestamp_unix: reading.end ?? event.measuredAt,
          bpm: reading.value,
          source: pulseSources[reading.context ?? 'unknown'],
        },
      }));
    default:
      return [];
  }
}

const pulseSources = { sleep: 'sleep', rest: 'rest', active: 'workout', unknown: 'awake' } as const;

const idOf = ({ userId, objectId }: SimulatedEvent, kind: string) => uuidOf('oura', userId, objectId, kind);
const timeOf = ({ offsetMinutes }: SimulatedEvent, at: number) => rfc3339(at, offsetMinutes);

/** Whose day, and when. */
function dailyHead(event: SimulatedEvent, kind: string) {
  const timestamp = timeOf(event, event.measuredAt);
  return { id: idOf(event, kind), day: timestamp.slice(0, 10), timestamp };
}

function scores(event: SimulatedEvent): CollectedDocument[] {
  const readiness = valueOf(event, 'readiness_score');
  const deviation = readingOf(event, 'skin_temp_deviation')?.value ?? null;
  const sleepScore = readingOf(event, 'sleep_score')?.value;
  const document = {
    ...dailyHead(event, 'readiness'),
    score: Math.round(readiness),
    temperature_deviation: deviation,
    temperature_trend_deviation: deviation === null ? null : Math.round(deviation * 50) / 100,
    contributors: ratings(readiness, readinessContributors),
  };
  const readinessDocument = { collection: 'daily_readiness', document };
  if (sleepScore === undefined) return [readinessDocument];
  const sleep = {
    ...dailyHead(event, 'daily-sleep'),
    score: Math.round(sleepScore),
    contributors: ratings(sleepScore, sleepContributors),
  };
  return [readinessDocument, { collection: 'daily_sleep', document: sleep }];
}

const readinessContributors = [
  ...['activity_balance', 'body_temperature', 'hrv_balance', 'previous_day_activity', 'previous_night'],
  ...['recovery_index', 'resting_heart_rate', 'sleep_balance', 'sleep_regularity'],
];
const sleepContributors = [
  'deep_sleep',
  'efficiency',
  'latency',
  'rem_sleep',
  'restfulness',
  'timing',
  'total_sleep',
];

/** Ratings of 1 to 100 around the score; no measurements. */
function ratings(score: number, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    names.map((name, nr) => [name, Math.min(100, Math.max(1, Math.round(score) + 2 * nr - names.length))]),
  );
}

/** A spot measurement of the variability is a moment of rest in the app. */
function restSession(event: SimulatedEvent): CollectedDocument[] {
  const variability = readingOf(event, 'hrv_rmssd');
  if (!variability) return [];
  const start = timeOf(event, event.measuredAt - 60_000);
  const document = {
    id: idOf(event, 'session'),
    day: start.slice(0, 10),
    type: 'body_status',
    start_datetime: start,
    end_datetime: timeOf(event, event.measuredAt),
    mood: null,
    heart_rate: null,
    heart_rate_variability: { interval: 30, items: [variability.value, variability.value], timestamp: start },
    motion_count: null,
  };
  return [{ collection: 'session', document }];
}

function saturation(event: SimulatedEvent): CollectedDocument {
  const { id, day } = dailyHead(event, 'spo2');
  const average = valueOf(event, 'spo2');
  const document = { id, day, spo2_percentage: { average }, breathing_disturbance_index: 3 };
  return { collection: 'daily_spo2', document };
}

function workout(event: SimulatedEvent): CollectedDocument {
  const { start, end } = spanOf(event) ?? { start: event.measuredAt - 1_800_000, end: event.measuredAt };
  const startText = timeOf(event, start);
  const document = {
    id: idOf(event, 'workout'),
    activity: 'running',
    calories: valueOf(event, 'active_energy'),
    day: startText.slice(0, 10),
    distance: null,
    start_datetime: startText,
    end_datetime: timeOf(event, end),
    intensity: 'moderate',
    label: null,
    source: 'confirmed',
  };
  return { collection: 'workout', document };
}
