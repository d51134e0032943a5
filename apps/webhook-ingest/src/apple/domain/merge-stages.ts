import type { StageSpan } from './sleep-stages.ts';

/**
 * Merges two deliveries of the stages of one night and device. Between the first and the last moment of `incoming`, `incoming`
 * counts; before and after that, `known` does. A span across such a seam is cut there, and spans of the same stage that touch
 * at a seam are joined again. The earliest comes first.
 *
 * Time in bed is merged apart: one span of it covers the night, whatever window it came in, and would hide the stages.
 */
export function mergeStages(known: readonly StageSpan[], incoming: readonly StageSpan[]): StageSpan[] {
  const [knownBed, knownStages] = byBed(known);
  const [incomingBed, incomingStages] = byBed(incoming);
  return [...mergeLayer(knownBed, incomingBed), ...mergeLayer(knownStages, incomingStages)].sort(byStart);
}

type Moment = { readonly text: string; readonly ms: number };

function mergeLayer(known: readonly StageSpan[], incoming: readonly StageSpan[]): StageSpan[] {
  const hull = hullOf(incoming);
  if (hull === undefined) return [...known];
  const { from, to } = hull;
  const stays = known.flatMap((span) => [
    ...(span.startMs < from.ms ? [between(span, startOf(span), earlier(endOf(span), from))] : []),
    ...(span.endMs > to.ms ? [between(span, later(startOf(span), to), endOf(span))] : []),
  ]);
  return joinAt([from.ms, to.ms], [...stays, ...incoming].sort(byStart));
}

function joinAt(seams: readonly number[], spans: readonly StageSpan[]): StageSpan[] {
  const joined: StageSpan[] = [];
  for (const span of spans) {
    const at = seams.includes(span.startMs)
      ? joined.findIndex(({ stage, endMs }) => stage === span.stage && endMs === span.startMs)
      : -1;
    const before = joined[at];
    if (before === undefined) joined.push(span);
    else joined[at] = between(span, startOf(before), endOf(span));
  }
  return joined;
}

/** The span cut to these times; its element is as it came, with these times. */
function between(span: StageSpan, from: Moment, to: Moment): StageSpan {
  if (from.ms === span.startMs && to.ms === span.endMs) return span;
  return {
    ...span,
    start: from.text,
    startMs: from.ms,
    end: to.text,
    endMs: to.ms,
    // Its hours would still be those of the whole span.
    raw: { ...(span.raw as object), qty: undefined, startDate: from.text, endDate: to.text },
  };
}

function hullOf(spans: readonly StageSpan[]): { readonly from: Moment; readonly to: Moment } | undefined {
  const [first, ...rest] = spans;
  if (first === undefined) return undefined;
  return rest.reduce(
    ({ from, to }, span) => ({ from: earlier(from, startOf(span)), to: later(to, endOf(span)) }),
    { from: startOf(first), to: endOf(first) },
  );
}

function byBed(spans: readonly StageSpan[]): [StageSpan[], StageSpan[]] {
  const isBed = ({ stage }: StageSpan) => stage === 'inBed';
  return [spans.filter(isBed), spans.filter((span) => !isBed(span))];
}

function byStart(one: StageSpan, two: StageSpan): number {
  return one.startMs - two.startMs;
}

const startOf = ({ start, startMs }: StageSpan): Moment => ({ text: start, ms: startMs });
const endOf = ({ end, endMs }: StageSpan): Moment => ({ text: end, ms: endMs });
const earlier = (one: Moment, two: Moment): Moment => (two.ms < one.ms ? two : one);
const later = (one: Moment, two: Moment): Moment => (two.ms > one.ms ? two : one);
