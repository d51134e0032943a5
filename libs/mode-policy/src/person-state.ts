import type { Mode } from '@bridge/contracts';
import { modes } from '@bridge/contracts';
import type { Zone } from './local-day.ts';
import { slots } from './slots.ts';

/** The newest signal of a slot. Times are in ms since 1970; `source` is an index into `sources`, -1 for one of many. */
export type Entry = readonly [
  at: number,
  value: number,
  source: number,
  /** The beginning of its event's id. */
  event: string,
  statistic: number,
  /** Minutes east of UTC; decides its local day. */
  offset: number,
];

/** The last value of one device, for a metric on which two devices may disagree. */
export type DeviceEntry = readonly [
  slot: number,
  device: string,
  at: number,
  value: number,
  source: number,
  event: string,
  offset: number,
];

/** An activity or a workout: from, to, the beginning of its event's id. */
export type Activity = readonly [from: number, to: number, event: string];

/** Daily values for a baseline: their number (see `baseline-series.ts`), the days before the newest, and its sketch. */
export type BaselineSeries = readonly [series: number, past: Past, today: string];

/** The newest day, and the values of the days before it. The object stays the same as long as these do. */
export type Past = readonly [day: number, values: string];

/** A rule that fired and still holds. It no longer sees its inputs from `staleAt` on. */
export type ActiveRule = readonly [rule: string, firedAt: number, staleAt: number];

/** A hypothesis that is remembered. A settled one stays until its life ends, so that its rule does not reopen it at once. */
export type OpenHypothesis = readonly [key: string, openedAt: number, settled: 0 | 1, id: string];

/** Why the present mode's last rule let go. */
export type Ending =
  | 'recovered'
  | 'stale'
  | 'withdrawn'
  | 'reflex_over'
  | 'hypothesis_confirmed'
  | 'hypothesis_refuted'
  | 'hypothesis_expired';

/**
 * The memory of one person: plain JSON of at most 4 KB, whatever arrives. It consists mostly of lists, because writing it
 * is the main cost of a decision.
 */
export type PersonState = {
  readonly format: 2;
  /** null until the first decision. */
  readonly mode: Mode | null;
  /** When the mode was entered. */
  readonly since: number;
  /** Decisions so far; each accepted event and each tick that changed something is one. */
  readonly seq: number;
  /** The latest time of a decision; it never goes back. */
  readonly now: number;
  /** The person's last real offset: minutes east of UTC, and when it was measured. */
  readonly zone: Zone;
  readonly sources: readonly string[];
  /** By slot; 0 where there is none. */
  readonly newest: readonly (Entry | 0)[];
  readonly devices: readonly DeviceEntry[];
  readonly activities: readonly Activity[];
  readonly lanes: readonly BaselineSeries[];
  readonly holds: readonly ActiveRule[];
  readonly ending: Ending | null;
  /** 1: an event arrived after the mode's inputs. */
  readonly others: 0 | 1;
  /** The id of the alert that the present mode raised. */
  readonly alert: string | null;
  readonly doubts: readonly OpenHypothesis[];
  /** The last known band and trend of the nights, see `night-insights.ts`. */
  readonly nights: string;
  /** Local hours at which the mode rose, see `recurring.ts`. */
  readonly rises: string;
};

export const initialState: PersonState = {
  format: 2,
  mode: null,
  since: 0,
  seq: 0,
  now: 0,
  zone: [0, 0],
  sources: [],
  newest: slots.map(() => 0),
  devices: [],
  activities: [],
  lanes: [],
  holds: [],
  ending: null,
  others: 0,
  alert: null,
  doubts: [],
  nights: '',
  rises: '',
};

/**
 * Restores a stored state. One of policy version 1 keeps only the parts that others rely on: mode, seq and the open alert;
 * its mode ends with the first tick unless a rule fires before.
 */
export function restoreState(stored: unknown): PersonState {
  const state = stored as Partial<PersonState>;
  if (state.format === initialState.format) return stored as PersonState;
  const { mode, seq, now, alert } = stored as {
    readonly mode: Mode | null;
    readonly seq: number;
    readonly now: number;
    readonly alert: { readonly id: string } | null;
  };
  return {
    ...initialState,
    mode: modes.find((one) => one === mode) ?? null,
    since: now,
    seq,
    now,
    ending: 'withdrawn',
    alert: alert?.id ?? null,
  };
}

/** The part of an event's id that a state remembers: enough to distinguish the few remembered events of a person. */
export function eventMark(eventId: string): string {
  return eventId.slice(0, 8);
}
