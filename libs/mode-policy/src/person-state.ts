import type { Mode, Profile } from '@bridge/contracts';
import type { Zone } from './local-day.ts';

// Times are in ms since 1970, days are local days since 1970-01-01. Sources and devices are named by their index.

/** The newest signal of a device in a slot and stated context. Its offset decides its local day. */
export type Newest = readonly [
  slot: number,
  device: number,
  at: number,
  value: number,
  offset: number,
  flags: number,
];

/** The last live readings of a vital sign and device, oldest first: at, value, flags of each. */
export type Window = readonly [vital: number, device: number, readings: readonly number[]];

/** `lag`: by how many quarters of an hour its last message without an offset was behind, and when it arrived. */
export type Device = readonly [source: number, name: string, lag: number, lagAt: number];

/** An activity or a workout: from, to, the beginning of its event's id. */
export type Activity = readonly [from: number, to: number, event: string];

/** Pulses that tell of exertion, each soon after the one before: the first and the last. */
export type Exertion = readonly [from: number, last: number];

export type StepInterval = readonly [source: number, from: number, to: number, steps: number];

/** Steps of a day: its total, whether that was received after the day was over, the sum of its intervals; -1: none. */
export type StepDay = readonly [source: number, day: number, total: number, isFinal: number, sum: number];

/** Daily values: kind and source, the days before the newest, and the sketch of the newest. */
export type Lane = readonly [kind: number, source: number, past: Past, today: string];

/** The newest day, and the values of the days before it. The object stays the same as long as these do. */
export type Past = readonly [day: number, values: string];

/** Pulses of unknown context that nothing explains. */
export type UnexplainedRun = {
  readonly device: number;
  readonly from: number;
  readonly last: number;
  readonly count: number;
  readonly value: number;
};

/** A rule's part that fired and whose end matters: because it holds a mode, or for its alert or its silence. */
export type ActiveUnit = {
  readonly unit: number;
  readonly holds: boolean;
  /** When it ceased to hold; 0 while it does. */
  readonly heldUntil: number;
  /** Severity of the last firing: 0 none, 1 info, 2 warning, 3 critical. */
  readonly level: number;
  /** When and by which decision it last fired. */
  readonly firedAt: number;
  readonly firedSeq: number;
  /** Measured time of the last reading that fired it or said that it is not over. */
  readonly lastAt: number;
  /** Measured time and device of the reading that it last fired on. */
  readonly firedOn: number;
  readonly device: number;
  /** Bits: which of its inputs was a night's or a day's value; 0: it fired on live readings alone. */
  readonly isNight: number;
  /** The local day of that value. */
  readonly day: number;
  /** 1: the context of what it fired on was inferred, so an activity can withdraw it. */
  readonly isInferred: 0 | 1;
  readonly staleAt: number;
  /** Measured time of the first reading that met the leave condition since the last that did not; 0: none. */
  readonly leaveFrom: number;
};

export type OpenAlert = {
  readonly rule: number;
  readonly id: string;
  readonly level: number;
  readonly expiresAt: number;
  /** When it was last measured; 0 while it is confirmed. */
  readonly unconfirmedSince: number;
  /** 1: a person said that they are unwell, so only measurement, answer or expiry ends it. */
  readonly unwell: 0 | 1;
  /** When its open question expires; 0: it has none. */
  readonly askedUntil: number;
  /** 1: of a rule with two sides, it last fired on the low one. */
  readonly isLow?: 1;
};

/** An alert that was resolved lately: the rule reopens it. */
export type EndedAlert = { readonly rule: number; readonly id: string; readonly at: number };

/** A rule that was answered, or whose question expired, is silent at a level and below. */
export type Silence = { readonly rule: number; readonly level: number; readonly until: number };

/** Why the present mode's last rule let go. */
export type Ending =
  | 'recovered'
  | 'stale'
  | 'no_data'
  | 'withdrawn'
  | 'reflex_over'
  | 'expired'
  | 'answered'
  | 'confirmed'
  | 'policy_changed';

/** A state of an older policy whose daily values must be read again from the stored events. */
export type Upgrade = { readonly alert: string | null; readonly mode: Mode | null };

/** A contradiction of live readings that holds a rule back: its vital sign, its beginning and when it was last seen. */
export type Contradiction = readonly [vital: number, since: number, last: number];

/** The memory of one person, bounded whatever arrives. */
export type PersonState = {
  readonly format: 3;
  /** null until the first decision. */
  readonly mode: Mode | null;
  /** When the mode was entered. */
  readonly since: number;
  /** Decisions so far; each accepted event and each tick that changed something is one. */
  readonly seq: number;
  /** The latest time of a decision; it never goes back. */
  readonly now: number;
  /** The last decision on an event. */
  readonly eventSeq: number;
  /** The person's last real offset: minutes east of UTC, and when it was measured; 0: none was. */
  readonly zone: Zone;
  readonly profile: Profile;
  readonly sources: readonly string[];
  readonly devices: readonly Device[];
  readonly newest: readonly Newest[];
  readonly windows: readonly Window[];
  /** Oldest first. */
  readonly exertions: readonly Exertion[];
  /** After the answer `at_rest`: a device's unknown readings count as rest until then. */
  readonly restUntil: readonly [device: number, until: number] | null;
  readonly activities: readonly Activity[];
  readonly steps: readonly StepInterval[];
  readonly stepDays: readonly StepDay[];
  readonly lanes: readonly Lane[];
  readonly runs: readonly UnexplainedRun[];
  readonly contradictions: readonly Contradiction[];
  readonly units: readonly ActiveUnit[];
  readonly alerts: readonly OpenAlert[];
  /** Questions beside rules that fired although another signal spoke against them; without an id: not asked until then. */
  readonly contraries: readonly (readonly [rule: number, until: number, id: string])[];
  readonly ended: readonly EndedAlert[];
  readonly silences: readonly Silence[];
  /** Scores of the last judged days of the illness watch, oldest first: day and score. */
  readonly illness: readonly (readonly [day: number, score: number])[];
  /** A day of the watch that waits for noon. */
  readonly waitingDay: number | null;
  readonly ending: Ending | null;
  /** The last known band and trend of the nights, see `night-insights.ts`. */
  readonly nights: string;
  /** Local hours at which the mode rose, see `recurring.ts`. */
  readonly rises: string;
  readonly upgrade: Upgrade | null;
};

export const initialState: PersonState = {
  format: 3,
  mode: null,
  since: 0,
  seq: 0,
  now: 0,
  eventSeq: 0,
  zone: [0, 0],
  profile: {},
  sources: [],
  devices: [],
  newest: [],
  windows: [],
  exertions: [],
  restUntil: null,
  activities: [],
  steps: [],
  stepDays: [],
  lanes: [],
  runs: [],
  contradictions: [],
  units: [],
  alerts: [],
  contraries: [],
  ended: [],
  silences: [],
  illness: [],
  waitingDay: null,
  ending: null,
  nights: '',
  rises: '',
  upgrade: null,
};

/** The part of an event's id that a state remembers: enough to distinguish the few remembered events of a person. */
export function eventMark(eventId: string): string {
  return eventId.slice(0, 8);
}
