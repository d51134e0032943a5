import { isAtRest } from './contexts.ts';
import { countsAlone } from './flags.ts';
import type { Vital } from './slots.ts';
import { readingsOf, seenReading, windowsOf, type Contradicting, type Seen, type View } from './view.ts';

/** What a rule compares a live vital sign with, for a reading's own context and day. */
export type Limits = {
  /** The highest level whose threshold the value is beyond; 0: none. */
  readonly levelOf: (value: number) => number;
  readonly thresholdOf: (level: number, value: number) => number;
  /** Which side the value is on: a rule with two is confirmed on one of them. */
  readonly sideOf: (value: number) => number;
  readonly isOver: (value: number) => boolean;
};

export type LimitsOf = (view: View, seen: Seen) => Limits | undefined;

export type Confirmed = { readonly level: number; readonly by: Seen | undefined };

/**
 * The level beyond which a reading is confirmed: by its own weight, or by an earlier one of the same device at rest, with
 * none between them that meets the leave condition.
 */
export function confirm(view: View, vital: Vital, seen: Seen, limitsOf: LimitsOf): Confirmed {
  const limits = limitsOf(view, seen);
  const level = limits?.levelOf(seen.value) ?? 0;
  if (limits === undefined || level === 0) return { level: 0, by: undefined };
  if (countsAlone(seen.flags)) return { level, by: undefined };
  const { apart_from, within } = view.policy.thresholds.confirmation;
  const side = limits.sideOf(seen.value);
  let best: Confirmed = { level: 0, by: undefined };
  const earlier = readingsBefore(view, vital, seen);
  for (const one of earlier) {
    if (seen.at - one.at > within[vital]) break;
    const own = limitsOf(view, one);
    if (own === undefined || one.context === 'active') continue;
    if (own.isOver(one.value)) break;
    if (seen.at - one.at < apart_from || !isAtRest(one.context) || own.sideOf(one.value) !== side) continue;
    const both = Math.min(level, own.levelOf(one.value));
    if (both > best.level) best = { level: both, by: one };
    if (both === level) break;
  }
  return best;
}

/** Of the same device, the newest first: what the state keeps, and what the event brought beyond that. */
function readingsBefore(view: View, vital: Vital, { device, at }: Seen): Seen[] {
  const kept = windowsOf(view, vital)
    .filter((window) => window[1] === device)
    .flatMap(readingsOf)
    .filter((reading) => reading.at < at);
  const times = new Set(kept.map((reading) => reading.at));
  const brought = view.delta.live.filter(
    (reading) =>
      reading.vital === vital && reading.device === device && reading.at < at && !times.has(reading.at),
  );
  const all = brought.length === 0 ? kept : [...kept, ...brought].sort((a, b) => a.at - b.at);
  return all.map((reading) => seenReading(view, reading)).reverse();
}

/** How far two devices may be apart; undefined for a vital sign that nobody compares. */
function distanceOf(view: View, vital: Vital): number | undefined {
  const { heart_rate_above, spo2_above } = view.policy.thresholds.confirmation.veto;
  if (vital === 'heart_rate') return heart_rate_above;
  return vital === 'spo2' ? spo2_above : undefined;
}

/** Another device's reading of about the same time that meets the leave condition, far from this one. */
export function contradictionOf(
  view: View,
  vital: Vital,
  seen: Seen,
  limitsOf: LimitsOf,
): Contradicting | undefined {
  const distance = distanceOf(view, vital);
  const windows = windowsOf(view, vital);
  if (distance === undefined || windows.length < 2) return undefined;
  const { within } = view.policy.thresholds.confirmation.veto;
  for (const window of windows) {
    if (window[1] === seen.device) continue;
    for (const reading of readingsOf(window)) {
      if (Math.abs(reading.at - seen.at) > within || Math.abs(reading.value - seen.value) <= distance)
        continue;
      const against = seenReading(view, reading);
      if (against.context !== 'active' && limitsOf(view, against)?.isOver(against.value) === true)
        return { beyond: seen, against };
    }
  }
  return undefined;
}

/** Rules that wait while two devices contradict each other, each since its own first contradiction. */
const vetoed = ['heart_rate', 'spo2', 'two_of_three'] as const;

/**
 * Whether another device stops a rule from firing on a confirmed reading. It does so for some minutes; then the rule
 * fires, at most as a warning. `rule`: the rules of one vital sign wait together, for whoever has limits of their own.
 */
export function veto(
  view: View,
  vital: Vital,
  seen: Seen,
  limitsOf: LimitsOf,
  rule: 'two_of_three' | 'own' = 'own',
): 'none' | 'waits' | 'warning_at_most' {
  const found = contradictionOf(view, vital, seen, limitsOf);
  const number = vetoed.indexOf(rule === 'own' ? (vital === 'heart_rate' ? 'heart_rate' : 'spo2') : rule);
  const { draft } = view;
  const known = draft.contradictions.find((one) => one[0] === number);
  if (found === undefined) {
    if (known !== undefined) draft.contradictions = draft.contradictions.filter((one) => one !== known);
    return 'none';
  }
  view.contradicting.set(vital, found);
  const { lasts } = view.policy.thresholds.confirmation.veto;
  const goesOn = known !== undefined && seen.at - known[2] <= lasts;
  const since = goesOn ? known[1] : seen.at;
  const others = draft.contradictions.filter((one) => one !== known);
  draft.contradictions = [...others, [number, since, seen.at]];
  return seen.at - since >= lasts ? 'warning_at_most' : 'waits';
}
