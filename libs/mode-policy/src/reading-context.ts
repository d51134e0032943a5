import { parseTimestamp, type BiometricEvent, type Context, type Reading } from '@bridge/contracts';
import { eventMark, type Activity } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';

/** A reading's own context wins; otherwise it follows from the event's type. `isActivity`: not a day's summary. */
export function contextOf(reading: Reading, eventType: string, isActivity: boolean): Context {
  if (reading.context !== undefined) return reading.context;
  if (isActivity) return 'active';
  return eventType === 'sleep' ? 'sleep' : 'unknown';
}

/**
 * The activity or workout that an event describes; undefined for everything else and for a day's summary. It lasts from
 * the first start to the last end of its readings; without these it is the moment of measurement.
 */
export function activityOf(
  event: BiometricEvent,
  measured: number,
  policy: PolicyValues,
): Activity | undefined {
  const { event_type: type } = event;
  if (type !== 'workout' && type !== 'activity') return undefined;
  const times = event.readings
    .flatMap(({ start, end }) => [start, end])
    .flatMap((time) => (time === undefined ? [] : (parseTimestamp(time)?.epochMs ?? [])));
  const from = times.reduce((a, b) => Math.min(a, b), times[0] ?? measured);
  const to = times.reduce((a, b) => Math.max(a, b), times[0] ?? measured);
  if (type === 'activity' && isSummary(event, to - from, policy)) return undefined;
  return [from, to, eventMark(event.event_id)];
}

/** A daily score exists for whole days only. */
function isSummary({ readings }: BiometricEvent, lasted: number, { thresholds }: PolicyValues): boolean {
  return (
    lasted >= thresholds.signals.daily_summary_from ||
    readings.some(({ metric }) => metric === 'activity_score')
  );
}
