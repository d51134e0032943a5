import { parseTimestamp, type BiometricEvent, type Context, type Reading } from '@bridge/contracts';
import { eventMark, type Activity } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';

/** A reading's own context wins, unless it is `unknown`; otherwise it follows from the event's type. */
export function statedContextOf(reading: Reading, eventType: string, isActivity: boolean): Context {
  if (reading.context !== undefined && reading.context !== 'unknown') return reading.context;
  if (isActivity) return 'active';
  // A value that a vendor derives from a night has context sleep.
  return eventType === 'sleep' || eventType === 'recovery' ? 'sleep' : 'unknown';
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
  let from = Infinity;
  let to = -Infinity;
  for (const { start, end } of event.readings) {
    for (const time of [start, end]) {
      const at = time === undefined ? undefined : parseTimestamp(time)?.epochMs;
      if (at === undefined) continue;
      from = Math.min(from, at);
      to = Math.max(to, at);
    }
  }
  if (from === Infinity) [from, to] = [measured, measured];
  if (type === 'activity' && isSummary(event, to - from, policy)) return undefined;
  return [from, to, eventMark(event.event_id)];
}

/** A daily score exists for whole days only. */
function isSummary({ readings }: BiometricEvent, lasted: number, { thresholds }: PolicyValues): boolean {
  return (
    lasted >= thresholds.signals.daily_from || readings.some(({ metric }) => metric === 'activity_score')
  );
}
