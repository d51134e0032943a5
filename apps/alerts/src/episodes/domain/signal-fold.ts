import { ok, type Outcome } from '@bridge/core';
import { decide, evolve, initial, type Episode } from './episode.ts';
import type { EpisodeChange } from './episode-change.ts';
import type { TimedSignal } from './timed-signal.ts';

/** @param traceparent Of the message that the signal came in. */
export type FoldSignal = (signal: TimedSignal, traceparent: string | undefined) => Outcome<EpisodeChange>;

/**
 * Takes the signals of one transaction, one after the other: each meets its episode as those before it left it.
 * @param stored The episode as it was when the transaction began, by alert id.
 */
export function createSignalFold(stored: (alertId: string) => Episode | undefined): FoldSignal {
  const current = new Map<string, Episode>();
  return function foldSignal(signal, traceparent) {
    const before = current.get(signal.alert_id) ?? stored(signal.alert_id) ?? initial;
    const decision = decide(before, signal);
    if (decision.kind !== 'ok') return decision;
    const event = decision.value;
    const after = evolve(before, event);
    current.set(after.alertId, after);
    return ok({ before, after, event, traceparent });
  };
}
