import type { StageSpan } from './sleep-stages.ts';

/**
 * The stages of one night and device from two tellings of it. Between the first and the last moment that `told` speaks of,
 * `told` stands; before and after that, `known` stays. A stretch across such a seam is cut there, and what touches at a seam
 * with the same stage is one stretch again. The earliest comes first.
 *
 * Time in bed goes by itself: one stretch of it spans the night, whatever window it came in, and would hide the stages there.
 */
export function mergeStages(known: readonly StageSpan[], told: readonly StageSpan[]): StageSpan[] {
  const [knownBed, knownStages] = byBed(known);
  const [toldBed, toldStages] = byBed(told);
  return [...mergeLayer(knownBed, toldBed), ...mergeLayer(knownStages, toldStages)].sort(byStart);
}

type Moment = { readonly text: string; readonly ms: number };

function mergeLayer(known: readonly StageSpan[], told: readonly StageSpan[]): StageSpan[] {
  const hull = hullOf(told);
  if (hull === undefined) return [...known];
  const { from, to } = hull;
  const stays = known.flatMap((span) => [
    ...(span.startMs < from.ms ? [between(span, startOf(span), earlier(endOf(span), from))] : []),
    ...(span.endMs > to.ms ? [between(span, later(startOf(span), to), endOf(span))] : []),
  ]);
  return joinAt([from.ms, to.ms], [...stays, ...told].sort(byStart));
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

/** The same stage from one moment to another: the element as it came, with these times. */
function between(span: StageSpan, from: Moment, to: Moment): StageSpan {
  if (from.ms === span.startMs && to.ms === span.endMs) return span;
  return {
    ...span,
    ...{ start: from.text, startMs: from.ms, end: to.text, endMs: to.ms },
    // Its hours would be those of the whole.
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
