import type { Mode, Severity } from '@bridge/contracts';
import type { LiveReading } from './apply-event.ts';
import type { ActiveUnit } from './person-state.ts';
import { ruleNumber, ruleOfUnit, unitNumber, type RuleName, type UnitName } from './rule-names.ts';
import type { Vital } from './slots.ts';
import type { Contrary } from './thresholds.ts';
import type { Usual } from './usual.ts';
import type { Seen, View } from './view.ts';

export type RuleMode = Exclude<Mode, 'pattern'>;

/** Severities as ranks: 0 raises no alert. */
export const levels = { none: 0, info: 1, warning: 2, critical: 3 } as const;

const severities: readonly (Severity | undefined)[] = [undefined, 'info', 'warning', 'critical'];

export function severityOf(level: number): Severity {
  return severities[level] as Severity;
}

/** A signal that decided, and what it was compared with. */
export type Input = {
  readonly seen: Seen;
  readonly threshold?: number | undefined;
  readonly usual?: Usual | undefined;
};

/** A unit's condition is met. */
export type Firing = {
  readonly level: number;
  /** The signal that it fires on: when that is withdrawn, so is the rule. */
  readonly on: Seen;
  readonly inputs: readonly Input[];
  readonly confidence: number;
  /** Bits: which of its inputs is a night's or a day's value. Only a value of the same kind ends it. */
  readonly night: number;
  /** What its sentence names beside its first input. */
  readonly facts?: Readonly<Record<string, number | string>>;
};

/** Of a rule that judges an RMSSD and a pulse: which of them is a night's value. */
export const nightBits = { rmssd: 1, pulse: 2 } as const;

/** What a unit says when its inputs changed. */
export type Verdict = {
  readonly firing?: Firing | undefined;
  /** The leave condition: met or not; undefined: nothing new says so. */
  readonly over?: boolean | undefined;
  /** Measured time of what says so. */
  readonly at: number;
  /** From then on it lacks an input that it needs. */
  readonly staleAt: number;
  /** It fired on another source's value of a night, and the primary source's value of that night does not fire it. */
  readonly isOverruled?: boolean;
};

/** What a live reading says of a unit that is active: that it is over, that it is not, or nothing. */
export type Saying = 'over' | 'not_over' | 'nothing';

export type Unit = {
  readonly name: UnitName;
  readonly number: number;
  readonly rule: RuleName;
  readonly ruleNumber: number;
  readonly mode: RuleMode;
  /** Its inputs, as bits: see `slots.ts`. */
  readonly inputs: number;
  readonly contrary: readonly Contrary[];
  /** undefined: an input that it needs is absent. `active`: its own entry, where it fired before. */
  readonly judge: (view: View, active: ActiveUnit | undefined) => Verdict | undefined;
  /** A unit of a live vital sign is left by readings, one by one; judge says nothing of that. */
  readonly vital?: Vital | undefined;
  /** How far apart two readings that leave it must be, if not as the confirmation of vital signs says. */
  readonly leaveApartFrom?: number | undefined;
  readonly says?: ((view: View, reading: LiveReading) => Saying) | undefined;
};

export type UnitParts = Omit<Unit, 'number' | 'rule' | 'ruleNumber' | 'name'>;

export function defineUnit(name: UnitName, parts: UnitParts): Unit {
  const rule = ruleOfUnit(name);
  return { name, number: unitNumber(name), rule, ruleNumber: ruleNumber(rule), ...parts };
}

/** `just_over` at the threshold, rising evenly to 1 at `full_at` distances from leave to enter beyond it. */
export function confidenceBeyond(beyond: number, distance: number, view: View): number {
  const { just_over, full_at } = view.policy.thresholds.confidence;
  return tidy(just_over + (1 - just_over) * Math.min(1, Math.max(0, beyond / (full_at * distance))));
}

/** The confidence of a pulse rule that compares with no usual. */
export function withoutUsual(confidence: number, { policy }: View): number {
  return tidy(confidence * policy.thresholds.confidence.without_usual);
}

/** Without the noise of binary fractions: 60.1 − 35.1 is 25, and so is not more than 25. */
export function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
