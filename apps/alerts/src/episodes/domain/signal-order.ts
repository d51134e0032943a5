import type { TimedSignal } from './timed-signal.ts';

/** Where a signal stands among those of its episode, whatever the order of arrival. */
export type SignalOrder = {
  /** The person's decision, where the producer counts its decisions. */
  readonly seq: number | null;
  /** The place in that decision. */
  readonly place: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** 1 for an end: at the same time it comes last. */
  readonly ends: 0 | 1;
  /** The signal's id decides what nothing else does, so that the order is total. */
  readonly id: string;
};

export function orderOf({ seq, index, at, status, signal_id }: TimedSignal): SignalOrder {
  return {
    seq: seq ?? null,
    place: index ?? 0,
    at,
    ends: status === 'resolved' ? 1 : 0,
    id: signal_id,
  };
}

/** Negative where `a` comes before `b`. By the producer's own count where both have one, else by time. */
function compareOrder(a: SignalOrder, b: SignalOrder): number {
  if (a.seq !== null && b.seq !== null) return a.seq - b.seq || a.place - b.place || compareText(a.id, b.id);
  return a.at - b.at || a.ends - b.ends || compareText(a.id, b.id);
}

export function isAfter(a: SignalOrder, b: SignalOrder | null): boolean {
  return b === null || compareOrder(a, b) > 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
