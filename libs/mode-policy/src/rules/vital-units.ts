import type { LiveReading } from '../apply-event.ts';
import { confirm, contradictionOf, veto, type Limits, type LimitsOf } from '../confirmation.ts';
import { contextAt, isAtRest } from '../contexts.ts';
import type { LaneName } from '../lane-kinds.ts';
import { leaveFromAfter } from '../leaving.ts';
import type { ActiveUnit } from '../person-state.ts';
import {
  confidenceBeyond,
  defineUnit,
  levels,
  withoutUsual,
  type Firing,
  type Input,
  type RuleMode,
  type Saying,
  type Unit,
  type Verdict,
} from '../rule.ts';
import type { UnitName } from '../rule-names.ts';
import { contextBit, slotBit, vitalBit, type Slot, type Vital } from '../slots.ts';
import type { Contrary } from '../thresholds.ts';
import type { Usual } from '../usual.ts';
import {
  decidingNight,
  isNight,
  newestReading,
  seenReading,
  windowsOf,
  type Seen,
  type View,
} from '../view.ts';

/** Limits with what the evidence names. */
export type VitalLimits = Limits & {
  readonly usual: Usual | undefined;
  /** From the lowest level's threshold outwards. */
  readonly beyond: (value: number) => number;
  /** Between enter and leave. */
  readonly distance: (value: number) => number;
  /** A rule that would use a usual and has none. */
  readonly lacksUsual: boolean;
};

export type VitalRule = {
  readonly vital: Vital;
  readonly contrary: readonly Contrary[];
  /** A value that cannot concern the rule, whatever the person's usual: most readings end here. */
  readonly isOrdinary: (value: number) => boolean;
  readonly limitsOf: (view: View, seen: Seen, part: 'live' | 'night') => VitalLimits | undefined;
};

/** The live part of a rule: confirmed, and not contradicted by another device. */
export function liveUnit(name: UnitName, mode: RuleMode, rule: VitalRule): Unit {
  const { vital, contrary } = rule;
  const limitsOf = (view: View, seen: Seen) => rule.limitsOf(view, seen, 'live');
  return defineUnit(name, {
    mode,
    contrary,
    vital,
    inputs: vitalBit(vital) | contextBit,
    judge: (view, active) => judgeLive(view, active, rule, limitsOf),
    says: (view, reading) => sayingOf(view, reading, rule, limitsOf),
  });
}

type FullLimitsOf = (view: View, seen: Seen) => VitalLimits | undefined;

function judgeLive(
  view: View,
  active: ActiveUnit | undefined,
  rule: VitalRule,
  limitsOf: FullLimitsOf,
): Verdict | undefined {
  let firing: Firing | undefined;
  for (const seen of candidates(view, rule)) {
    const found = firingOn(view, seen, rule.vital, limitsOf);
    if (found === undefined || isLeftLater(view, seen, rule, limitsOf)) continue;
    if (found.level >= (firing?.level ?? 0)) firing = found;
  }
  if (active?.holds === true) noteContradiction(view, active, rule.vital, limitsOf);
  return firing && { firing, at: firing.on.at, staleAt: firing.on.staleAt };
}

/** The readings at rest that this event brought, in order of measured time, and those whose context it changed to rest. */
function candidates(view: View, { vital, isOrdinary }: VitalRule): Seen[] {
  const found: Seen[] = [];
  const devices = new Set<number>();
  for (const reading of view.delta.live) {
    if (reading.vital !== vital) continue;
    devices.add(reading.device);
    if (!isOrdinary(reading.value)) found.push(seenReading(view, reading));
  }
  if ((view.delta.bits & contextBit) !== 0) found.push(...cameToRest(view, vital, devices));
  return found.filter((seen) => seen.isFresh && isAtRest(seen.context));
}

/** Whether later readings of the same event would end the rule at once. */
function isLeftLater(view: View, { at }: Seen, rule: VitalRule, limitsOf: FullLimitsOf): boolean {
  const { leave_apart_from } = view.policy.thresholds.confirmation;
  let leaveFrom = 0;
  for (const reading of view.delta.live) {
    if (reading.at <= at) continue;
    const next = leaveFromAfter(
      leaveFrom,
      sayingOf(view, reading, rule, limitsOf),
      reading,
      leave_apart_from,
    );
    if (next === 'left') return true;
    leaveFrom = next;
  }
  return false;
}

/** Readings whose context was judged anew. */
function cameToRest(view: View, vital: Vital, except: ReadonlySet<number>): Seen[] {
  return windowsOf(view, vital).flatMap((window) => {
    if (except.has(window[1])) return [];
    const newest = newestReading(window);
    if (isAtRest(contextAt(view.before, newest, view.policy))) return [];
    const seen = seenReading(view, newest);
    return isAtRest(seen.context) ? [seen] : [];
  });
}

function firingOn(view: View, seen: Seen, vital: Vital, limitsOf: FullLimitsOf): Firing | undefined {
  const { level, by } = confirm(view, vital, seen, limitsOf);
  const limits = level === 0 ? undefined : limitsOf(view, seen);
  if (limits === undefined) return undefined;
  const vetoed = veto(view, vital, seen, limitsOf);
  if (vetoed === 'waits') return undefined;
  const decisive = vetoed === 'warning_at_most' ? Math.min(level, levels.warning) : level;
  const inputs: Input[] = [
    { seen, threshold: limits.thresholdOf(level, seen.value), usual: limits.usual },
    ...(by === undefined ? [] : [{ seen: by }]),
  ];
  return { level: decisive, on: seen, inputs, night: 0, confidence: confidenceOf(view, seen.value, limits) };
}

function confidenceOf(view: View, value: number, limits: VitalLimits): number {
  const sure = confidenceBeyond(limits.beyond(value), limits.distance(value), view);
  return limits.lacksUsual ? withoutUsual(sure, view) : sure;
}

/** A contradiction after the firing opens a question beside the alarm. */
function noteContradiction(view: View, active: ActiveUnit, vital: Vital, limitsOf: LimitsOf): void {
  if (view.contradicting.has(vital)) return;
  for (const window of windowsOf(view, vital)) {
    if (window[1] !== active.device) continue;
    const seen = seenReading(view, newestReading(window));
    if (!seen.isFresh || (limitsOf(view, seen)?.levelOf(seen.value) ?? 0) === 0) continue;
    const found = contradictionOf(view, vital, seen, limitsOf);
    if (found !== undefined) view.contradicting.set(vital, found);
  }
}

/** Only readings at rest say that a rule is not over; those of unknown context may say that it is. */
function sayingOf(view: View, reading: LiveReading, rule: VitalRule, limitsOf: FullLimitsOf): Saying {
  if (reading.vital !== rule.vital) return 'nothing';
  const seen = seenReading(view, reading);
  const limits = seen.context === 'active' ? undefined : limitsOf(view, seen);
  if (limits === undefined) return 'nothing';
  if (limits.isOver(seen.value)) return 'over';
  return isAtRest(seen.context) ? 'not_over' : 'nothing';
}

/** The part of a rule that judges a night's mean. One value is enough. */
export function nightUnit(
  name: UnitName,
  mode: RuleMode,
  rule: VitalRule,
  [slot, lane]: readonly [Slot, LaneName],
): Unit {
  return defineUnit(name, {
    mode,
    contrary: rule.contrary,
    inputs: slotBit(slot) | contextBit,
    judge: (view, active) => {
      const seen = decidingNight(view, slot, lane);
      if (seen === undefined) return undefined;
      const limits = rule.limitsOf(view, seen, 'night');
      const base = { at: seen.at, staleAt: seen.staleAt };
      if (limits === undefined || !seen.isNew) return base;
      const level = limits.levelOf(seen.value);
      const firing: Firing | undefined =
        level === 0 || !seen.isFresh
          ? undefined
          : {
              level,
              on: seen,
              night: 1,
              inputs: [{ seen, threshold: limits.thresholdOf(level, seen.value), usual: limits.usual }],
              confidence: confidenceOf(view, seen.value, limits),
            };
      return {
        ...base,
        firing,
        over: limits.isOver(seen.value),
        isOverruled: isOverruled(view, seen, active, firing !== undefined),
      };
    },
  });
}

/** The primary source's value of a night that another source's value fired on does not fire. */
export function isOverruled(
  { draft }: View,
  seen: Seen,
  active: ActiveUnit | undefined,
  fires: boolean,
): boolean {
  if (active === undefined || fires || active.isNight === 0) return false;
  if (!isNight(seen) || active.day !== seen.day) return false;
  return draft.devices[active.device]?.[0] !== seen.source;
}
