import { isActiveAt } from './activities.ts';
import { statedContext } from './flags.ts';
import { leaveFromAfter } from './leaving.ts';
import type { ActiveUnit, OpenAlert } from './person-state.ts';
import type { Firing, Unit, Verdict } from './rule.ts';
import { asks, ruleNames, ruleOfUnit, unitNames, unitNumber, type RuleName } from './rule-names.ts';
import { slotBit, vitalBit } from './slots.ts';
import type { View } from './view.ts';

/** What happened to a unit in a decision. */
export type UnitChange =
  | { readonly kind: 'fired'; readonly unit: Unit; readonly active: ActiveUnit; readonly firing: Firing }
  /** A reading says that it is not over. */
  | { readonly kind: 'not_over'; readonly unit: Unit; readonly active: ActiveUnit }
  /** It is over: by measurement, or because its ground was withdrawn. */
  | {
      readonly kind: 'ended';
      readonly unit: Unit;
      readonly active: ActiveUnit;
      readonly reason: 'recovered' | 'withdrawn';
    }
  /** It held no mode any more, and its alert was still measured; now nothing is. */
  | { readonly kind: 'fell_silent'; readonly unit: Unit; readonly active: ActiveUnit }
  /** It no longer holds its mode; nothing says that it is over. */
  | {
      readonly kind: 'lapsed';
      readonly unit: Unit;
      readonly active: ActiveUnit;
      readonly reason: 'stale' | 'reflex_over';
    };

const unexplained = unitNumber('pulse_unexplained');

/**
 * Judges the units that the event touches, and lets time pass for those that hold. The others hold until their inputs go
 * stale, because nothing that they see has changed.
 */
export function judgeUnits(view: View, units: readonly Unit[], seq: number): UnitChange[] {
  const changes: UnitChange[] = [];
  const { bits, retracted } = view.delta;
  for (const unit of units) {
    const isTouched = (unit.inputs & bits) !== 0;
    const active = activeOf(view, unit);
    if (!isTouched && active === undefined) continue;
    const change = isTouched || retracted.length > 0 ? judge(view, unit, active, seq) : undefined;
    if (change !== undefined) changes.push(change);
    const lapse = passTime(view, unit);
    if (lapse !== undefined) changes.push(lapse);
  }
  return changes;
}

function activeOf({ draft }: View, { number }: Unit): ActiveUnit | undefined {
  for (const one of draft.units) if (one.unit === number) return one;
  return undefined;
}

function judge(view: View, unit: Unit, active: ActiveUnit | undefined, seq: number): UnitChange | undefined {
  const verdict = unit.judge(view, active);
  const firing = verdict?.firing;
  if (firing !== undefined) {
    const isSilent = isSilenced(view, unit, firing.level);
    const fired = firedUnit(view, unit, firing, verdict as Verdict, seq);
    if (!isSilent) {
      putUnit(view, fired);
      // Later readings of the same event may begin its end, or keep it from going stale. None fires that they would end.
      if (unit.says !== undefined) byReadings(view, unit, fired, unit.says);
      return { kind: 'fired', unit, active: activeOf(view, unit) as ActiveUnit, firing };
    }
    if (active?.holds !== true) {
      // Its leave condition ends the silence, so it is followed; an alert that is still open lives on.
      const silent = { ...fired, holds: false, heldUntil: view.now };
      putUnit(view, silent);
      return { kind: 'not_over', unit, active: silent };
    }
    // What holds fired on another reading; this one says that it is not over.
    const { lastAt, staleAt } = fired;
    const kept = { ...active, lastAt, leaveFrom: 0, staleAt: Math.max(active.staleAt, staleAt) };
    putUnit(view, kept);
    return { kind: 'not_over', unit, active: kept };
  }
  if (active === undefined) return undefined;
  if (verdict?.isOverruled === true || isWithdrawn(view, unit, active, verdict)) {
    dropUnit(view, active);
    return { kind: 'ended', unit, active, reason: 'withdrawn' };
  }
  return unit.says === undefined
    ? byVerdict(view, unit, active, verdict)
    : byReadings(view, unit, active, unit.says);
}

function firedUnit(view: View, unit: Unit, firing: Firing, verdict: Verdict, seq: number): ActiveUnit {
  const { on, level, night } = firing;
  return {
    unit: unit.number,
    holds: true,
    heldUntil: 0,
    level,
    firedAt: view.now,
    firedSeq: seq,
    lastAt: verdict.at,
    firedOn: on.at,
    device: on.device,
    isNight: night,
    day: on.day,
    isInferred: statedContext(on.flags) === 'unknown' && unit.number !== unexplained ? 1 : 0,
    staleAt: verdict.staleAt,
    leaveFrom: 0,
  };
}

/** By an answer, or by a question that nobody answered. */
function isSilenced({ draft, now }: View, { rule, ruleNumber }: Unit, level: number): boolean {
  // Whoever said that they are unwell is not asked again while that alert is open.
  const isAnswered = ({ rule: one, unwell }: OpenAlert) => one === ruleNumber && unwell === 1;
  if (asks(rule) && draft.alerts.some(isAnswered)) return true;
  return draft.silences.some(
    (silence) => silence.rule === ruleNumber && silence.level >= level && silence.until > now,
  );
}

/**
 * The reading that it last fired on was deleted, corrected, or turned out to be active; or an input that it needs is gone.
 * Of inputs that went stale none is needed any more: without a verdict then, nothing says that another's reading mattered.
 */
function isWithdrawn(
  view: View,
  { inputs }: Unit,
  { device, firedOn, isInferred, staleAt }: ActiveUnit,
  verdict: Verdict | undefined,
): boolean {
  const { delta, draft, policy, now } = view;
  const isIts = delta.retracted.some(({ slot, vital, device: owner, at }) => {
    const bit = vital !== undefined ? vitalBit(vital) : slot !== undefined ? slotBit(slot) : 0;
    return owner === device && at === firedOn && (inputs & bit) !== 0;
  });
  if (isIts) return true;
  if (delta.retracted.length > 0 && verdict === undefined && delta.live.length === 0 && now < staleAt) {
    return delta.retracted.some(({ slot }) => slot !== undefined && (inputs & slotBit(slot)) !== 0);
  }
  return isInferred === 1 && isActiveAt(draft, firedOn, policy);
}

/** Of rules of which one reading is enough. */
function byVerdict(
  view: View,
  unit: Unit,
  active: ActiveUnit,
  verdict: Verdict | undefined,
): UnitChange | undefined {
  if (verdict?.over === undefined) return undefined;
  if (verdict.over) {
    if (verdict.at < active.lastAt) return undefined;
    dropUnit(view, active);
    return { kind: 'ended', unit, active, reason: 'recovered' };
  }
  const next = { ...active, lastAt: Math.max(active.lastAt, verdict.at), staleAt: verdict.staleAt };
  putUnit(view, next);
  return { kind: 'not_over', unit, active: next };
}

/** Of live vital signs. A reading says nothing if it was measured before the last that fired the rule or kept it. */
function byReadings(
  view: View,
  unit: Unit,
  active: ActiveUnit,
  says: NonNullable<Unit['says']>,
): UnitChange | undefined {
  const apartFrom = unit.leaveApartFrom ?? view.policy.thresholds.confirmation.leave_apart_from;
  let next = active;
  let isKept = false;
  for (const reading of view.delta.live) {
    const { at, flags, vital } = reading;
    const saying = at < next.lastAt ? 'nothing' : says(view, reading);
    if (saying === 'nothing') continue;
    const staleAt = Math.max(next.staleAt, at + view.policy.holdsFor(vital, flags) + 1);
    const leaveFrom = leaveFromAfter(next.leaveFrom, saying, reading, apartFrom);
    if (leaveFrom === 'left') {
      dropUnit(view, active);
      return { kind: 'ended', unit, active, reason: 'recovered' };
    }
    next = { ...next, staleAt, leaveFrom };
    if (saying === 'over') continue;
    isKept = true;
    next = { ...next, lastAt: at };
  }
  if (next !== active) putUnit(view, next);
  return isKept ? { kind: 'not_over', unit, active: next } : undefined;
}

/** A rule holds until an input that it needs goes stale, a reflex rule for an hour at most. */
function passTime(view: View, unit: Unit): UnitChange | undefined {
  const active = activeOf(view, unit);
  if (active === undefined) return undefined;
  if (!active.holds) return isUnconfirmedNow(view, unit) ? { kind: 'fell_silent', unit, active } : undefined;
  const reason = lapseOf(view, unit, active);
  if (reason === undefined) return undefined;
  const next = { ...active, holds: false, heldUntil: view.now };
  putUnit(view, next);
  return { kind: 'lapsed', unit, active: next, reason };
}

/** An open alert of parts that hold no mode any more, when nothing was measured of any for too long. */
function isUnconfirmedNow({ draft, now }: View, { ruleNumber }: Unit): boolean {
  const alert = draft.alerts.find((one) => one.rule === ruleNumber);
  return alert !== undefined && silentAt(draft, alert) <= now;
}

/** When nothing will have been measured of an alert whose parts hold no mode any more; Infinity: it has no such parts. */
export function silentAt(
  state: Pick<View['draft'], 'units'>,
  { rule, unconfirmedSince, unwell }: OpenAlert,
): number {
  // Whoever says that they are unwell has confirmed it.
  if (unconfirmedSince !== 0 || unwell === 1) return Infinity;
  const parts = unitsOf(state, ruleNames[rule] as RuleName);
  if (parts.length === 0 || parts.some(({ holds }) => holds)) return Infinity;
  return Math.max(...parts.map(({ staleAt }) => staleAt));
}

function lapseOf({ now, policy }: View, unit: Unit, active: ActiveUnit): 'stale' | 'reflex_over' | undefined {
  if (now >= active.staleAt) return 'stale';
  const isOver = unit.mode === 'reflex' && now - active.firedAt > policy.thresholds.switching.reflex_at_most;
  return isOver ? 'reflex_over' : undefined;
}

/** The parts of a rule that fired and are not over yet. */
export function unitsOf({ units }: Pick<View['draft'], 'units'>, rule: RuleName): readonly ActiveUnit[] {
  return units.filter(({ unit }) => {
    const name = unitNames[unit];
    return name !== undefined && ruleOfUnit(name) === rule;
  });
}

export function putUnit({ draft }: View, next: ActiveUnit): void {
  const at = draft.units.findIndex(({ unit }) => unit === next.unit);
  draft.units = at === -1 ? [...draft.units, next] : draft.units.with(at, next);
}

export function dropUnit({ draft }: View, gone: Pick<ActiveUnit, 'unit'>): void {
  draft.units = draft.units.filter(({ unit }) => unit !== gone.unit);
}
