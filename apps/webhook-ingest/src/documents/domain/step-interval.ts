import { parseTimestamp, realOffset, type Reading } from '@bridge/contracts';
import { withOffset } from './with-offset.ts';

/** Nobody takes more in a minute. */
const mostPerMinute = 300;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * Steps that come with one time are those of a minute, an hour or a day that begins then, as the app was told to sum them; the
 * point does not say which. Without an interval they would count as the total of their day. More than fit into a minute are
 * those of the hour or the local day that begins at that time, else of as many minutes as they need. The interval ends at the
 * arrival at the latest, when it was not over yet.
 */
export function withStepInterval(reading: Reading, arrivalMs: number): Reading {
  const { metric, value, start, end } = reading;
  const time = metric === 'steps' && start === undefined ? parseTimestamp(end ?? '') : undefined;
  if (time === undefined) return reading;
  const { epochMs, text } = time;
  const endMs = Math.max(epochMs, Math.min(epochMs + lengthOf(value, text), arrivalMs));
  return { ...reading, start: text, end: withOffset(endMs, realOffset(time)) };
}

function lengthOf(steps: number, begins: string): number {
  if (steps <= mostPerMinute) return minuteMs;
  const clock = begins.slice(11, 19);
  if (clock === '00:00:00') return dayMs;
  if (clock.endsWith(':00:00')) return hourMs;
  return Math.ceil(steps / mostPerMinute) * minuteMs;
}
