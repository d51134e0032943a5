import {
  metricNamed,
  parseTimestamp,
  type BiometricEvent,
  type Context,
  type Reading,
} from '@bridge/contracts';

/** One reading as a rule sees it. Times are milliseconds since 1970. */
export type Signal = {
  readonly metric: string;
  readonly value: number;
  readonly context: Context;
  /** The end of its interval: when it was measured. */
  readonly at: number;
  readonly source: string;
  readonly eventId: string;
};

/** Metrics that rules read; everything else is history only. */
const decisive = new Set(['hrv_rmssd', 'readiness_score', 'heart_rate', 'stress_level', 'recovery_score']);

/** The signals of one event, oldest first. A delete has none. */
export function signalsOf(event: BiometricEvent): Signal[] {
  if (event.operation === 'delete') return [];
  const measured = parseTimestamp(event.timestamp)?.epochMs ?? Number.NaN;
  const signals: Signal[] = [];
  for (const reading of event.readings) {
    if (!decisive.has(reading.metric) || metricNamed(reading.metric) === undefined) continue;
    signals.push({
      metric: reading.metric,
      value: reading.value,
      context: contextOf(reading, event.event_type),
      at: reading.end === undefined ? measured : (parseTimestamp(reading.end)?.epochMs ?? measured),
      source: event.source,
      eventId: event.event_id,
    });
  }
  return signals.length > 1 ? signals.sort((a, b) => a.at - b.at) : signals;
}

/** A reading's own context wins; else the event's type tells it. */
function contextOf(reading: Reading, eventType: string): Context {
  if (reading.context !== undefined) return reading.context;
  if (eventType === 'sleep') return 'sleep';
  return eventType === 'workout' || eventType === 'activity' ? 'active' : 'unknown';
}
