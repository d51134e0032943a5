import { parseTimestamp, realOffset, type Reading } from '@bridge/contracts';
import { withOffset } from './with-offset.ts';

/** Nobody takes more in a minute. */
const mostPerMinute = 300;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Over what a device's steps were summed. */
export type StepSpan = 'minutes' | 'hour' | 'day';

type StepPoint = {
  readonly reading: Pick<Reading, 'metric' | 'start' | 'end'>;
  readonly device: string | undefined;
};

/**
 * The spans of devices of which several points with one time came together: of a day if all of them begin at midnight, of an
 * hour if all begin with one. Of a single point nothing is known.
 */
export function stepSpansOf(points: readonly StepPoint[]): ReadonlyMap<string | undefined, StepSpan> {
  const spans = new Map<string | undefined, StepSpan>();
  const firsts = new Map<string | undefined, string>();
  for (const { reading, device } of points) {
    const { metric, start, end = '' } = reading;
    if (metric !== 'steps' || start !== undefined) continue;
    const first = firsts.get(device);
    if (first === undefined) firsts.set(device, end);
    else if (end !== first)
      spans.set(device, shorter(spans.get(device) ?? beginningOf(first), beginningOf(end)));
  }
  return spans;
}

/**
 * Steps that come with one time are those of a minute, an hour or a day that begins then, as the app was told to sum them; the
 * point does not say which. Without an interval they would count as the total of their day. `span` is what the points that
 * came with it say. Without it, more than fit into a minute are those of the hour or the local day that begins at that time,
 * else of as many minutes as they need. The interval ends at the arrival at the latest, when it was not over yet.
 */
export function withStepInterval(reading: Reading, arrivalMs: number, span?: StepSpan): Reading {
  const { metric, value, start, end } = reading;
  const time = metric === 'steps' && start === undefined ? parseTimestamp(end ?? '') : undefined;
  if (time === undefined) return reading;
  const { epochMs, text } = time;
  const lengthMs = lengthOf(value, span ?? likelySpan(value, text));
  const endMs = Math.max(epochMs, Math.min(epochMs + lengthMs, arrivalMs));
  return { ...reading, start: text, end: withOffset(endMs, realOffset(time)) };
}

function lengthOf(steps: number, span: StepSpan): number {
  if (span === 'day') return dayMs;
  if (span === 'hour') return hourMs;
  return Math.max(1, Math.ceil(steps / mostPerMinute)) * minuteMs;
}

function likelySpan(steps: number, begins: string): StepSpan {
  return steps <= mostPerMinute ? 'minutes' : beginningOf(begins);
}

/** The longest span that begins at this time. */
function beginningOf(time: string): StepSpan {
  const clock = time.slice(11, 19);
  if (clock === '00:00:00') return 'day';
  return clock.endsWith(':00:00') ? 'hour' : 'minutes';
}

function shorter(one: StepSpan, other: StepSpan): StepSpan {
  if (one === 'minutes' || other === 'minutes') return 'minutes';
  return one === 'hour' ? one : other;
}
