import type { LiveReading } from '../apply-event.ts';
import { confirm, veto, type Limits } from '../confirmation.ts';
import { isAtRest } from '../contexts.ts';
import type { ActiveUnit } from '../person-state.ts';
import { judgedRmssd, lowRmssd, rmssdOfKind } from '../rmssd.ts';
import {
  defineUnit,
  levels,
  nightBits,
  tidy,
  type Firing,
  type Input,
  type Unit,
  type Verdict,
} from '../rule.ts';
import { contextBit, slotBit, slotNumber, vitalBit, type Slot } from '../slots.ts';
import type { Thresholds } from '../thresholds.ts';
import {
  decidingNight,
  highLimit,
  isNight,
  judgedIn,
  newestLive,
  seenReading,
  type Seen,
  type View,
} from '../view.ts';
import { isOverruled } from './vital-units.ts';

const needed = 2;

type Rule = Thresholds['rules']['two_of_three'];

/** One of the three mild signs of strain. */
type Sign = {
  readonly input: Input;
  readonly isMet: boolean;
  readonly isStaying: boolean;
  readonly night: number;
};

/** Two of three mild signs of strain at once; the third may be absent. */
export function twoOfThree({ rules }: Thresholds): Unit {
  const rule = rules.two_of_three;
  return defineUnit('two_of_three', {
    mode: 'guardian',
    contrary: rule.contrary,
    inputs:
      slotBit('rmssd_night') |
      slotBit('rmssd_live') |
      slotBit('stress') |
      slotBit('pulse_night') |
      vitalBit('heart_rate') |
      contextBit,
    judge: (view, active) => {
      if (active === undefined && !hasOtherSigns(view)) return undefined;
      const others = [rmssdSign(view), stressSign(view, rule)].filter((sign) => sign !== undefined);
      // Where no other sign is met the rule waits for nothing, so two devices may contradict each other.
      const mayFire = others.some(({ isMet, input }) => isMet && input.seen.isFresh);
      const pulse = mayFire || active !== undefined ? pulseSign(view, rule, mayFire) : undefined;
      const signs = pulse === undefined ? others : [...others, pulse];
      const kept = active === undefined ? signs : keptSigns(view, active, rule);
      const staying = kept.filter(({ isStaying }) => isStaying).map(({ input }) => input.seen.staleAt);
      const verdict = verdictOf(view, signs, { kept, staying, isActive: active !== undefined });
      const isLeft = verdict?.firing === undefined && staying.length < needed;
      const isOverruledBy = ({ night, input }: Sign) =>
        night !== 0 && input.seen.isNew && isOverruled(view, input.seen, active, !isLeft);
      return verdict && { ...verdict, isOverruled: kept.some(isOverruledBy) };
    },
  });
}

const otherSlots: readonly Slot[] = ['rmssd_night', 'rmssd_live', 'stress'];
const otherNumbers = new Set(otherSlots.map((slot) => slotNumber(slot)));

/** A pulse alone is one sign. */
function hasOtherSigns({ draft }: View): boolean {
  return draft.newest.some(([slot]) => otherNumbers.has(slot));
}

function verdictOf(
  view: View,
  signs: readonly Sign[],
  {
    kept,
    staying,
    isActive,
  }: { readonly kept: readonly Sign[]; readonly staying: readonly number[]; readonly isActive: boolean },
): Verdict | undefined {
  const met = signs.filter(({ isMet, input }) => isMet && input.seen.isFresh);
  const fresh = met.find(({ input }) => input.seen.isNew);
  const firing: Firing | undefined =
    met.length >= needed && fresh !== undefined
      ? {
          level: levels.info,
          on: fresh.input.seen,
          inputs: met.map(({ input }) => input),
          confidence: view.policy.thresholds.confidence.several_inputs,
          night: met.reduce((bits, { night }) => bits | night, 0),
        }
      : undefined;
  if (kept.length === 0 && firing === undefined) return undefined;
  const saying = kept.filter(({ input }) => input.seen.isNew);
  const at = Math.max(...[...saying, ...(fresh ? [fresh] : [])].map(({ input }) => input.seen.at), 0);
  const isOver = staying.length < needed && saying.some(({ isStaying }) => !isStaying);
  const isStill = staying.length >= needed && saying.some(({ isStaying }) => isStaying);
  const source = firing === undefined ? staying : met.map(({ input }) => input.seen.staleAt);
  return {
    firing,
    over: !isActive ? undefined : isOver ? true : isStill ? false : undefined,
    at,
    // With all three signs it still holds after the first has gone stale.
    staleAt: source.toSorted((a, b) => b - a)[needed - 1] ?? 0,
  };
}

function rmssdSign(view: View): Sign | undefined {
  const seen = judgedRmssd(view);
  return seen && lowSign(view, seen);
}

function lowSign(view: View, seen: Seen): Sign | undefined {
  const low = lowRmssd(view, seen);
  if (low === undefined) return undefined;
  return {
    input: { seen, threshold: low.threshold, usual: low.usual },
    isMet: low.isLow,
    isStaying: !low.isOver,
    night: isNight(seen) ? nightBits.rmssd : 0,
  };
}

/** A pulse that the event brought, else the newest: a live one before a night's. */
function pulseSign(view: View, rule: Rule, mayFire: boolean): Sign | undefined {
  const night = decidingNight(view, 'pulse_night', 'pulse_sleep');
  const brought = view.delta.live
    .filter(({ vital }) => vital === 'heart_rate')
    .map((reading: LiveReading) => seenReading(view, reading))
    .findLast(({ context }) => isAtRest(context));
  const live = brought ?? newestLive(view, 'heart_rate', view.policy.thresholds.fresh_for.heart_rate);
  const seen = brought ?? (night?.isNew === true ? night : (live ?? night));
  return seen && pulseSignOf(view, seen, rule, mayFire);
}

function pulseSignOf(view: View, seen: Seen, rule: Rule, mayFire: boolean): Sign | undefined {
  const limits = pulseLimits(view, seen, rule);
  if (limits === undefined) return undefined;
  const isHigh = limits.levelOf(seen.value) > 0;
  const isMet = mayFire && isHigh && (isNight(seen) || isConfirmed(view, seen, rule));
  return {
    input: { seen, threshold: limits.thresholdOf(1, seen.value), usual: highLimit(view, seen)?.usual },
    isMet,
    isStaying: !limits.isOver(seen.value),
    night: isNight(seen) ? nightBits.pulse : 0,
  };
}

function isConfirmed(view: View, seen: Seen, rule: Rule): boolean {
  const limitsOf = (own: View, one: Seen) => pulseLimits(own, one, rule);
  if (confirm(view, 'heart_rate', seen, limitsOf).level === 0) return false;
  return veto(view, 'heart_rate', seen, limitsOf, 'two_of_three') !== 'waits';
}

function pulseLimits(view: View, seen: Seen, rule: Rule): Limits | undefined {
  const limit = highLimit(view, seen)?.limit;
  if (limit === undefined) return undefined;
  const enter = tidy(limit - rule.heart_rate_below_t);
  const leave = tidy(limit - rule.leave_heart_rate_below_t);
  return {
    levelOf: (value) => (value > enter ? levels.info : levels.none),
    thresholdOf: () => enter,
    sideOf: () => 1,
    isOver: (value) => value <= leave,
  };
}

function stressSign(view: View, rule: Rule): Sign | undefined {
  const seen = judgedIn(view, 'stress');
  return (
    seen && {
      input: { seen, threshold: rule.stress_level_above },
      isMet: seen.value > rule.stress_level_above,
      isStaying: seen.value > rule.leave_stress_level_to,
      night: 0,
    }
  );
}

/** The signs of the kinds that it fired on: a live pulse does not end what a night's fired. */
function keptSigns(view: View, active: ActiveUnit, rule: Rule): Sign[] {
  const rmssd = rmssdOfKind(view, (active.isNight & nightBits.rmssd) !== 0);
  const pulse =
    (active.isNight & nightBits.pulse) === 0
      ? newestLive(view, 'heart_rate', view.policy.thresholds.fresh_for.heart_rate)
      : decidingNight(view, 'pulse_night', 'pulse_sleep');
  return [
    rmssd && lowSign(view, rmssd),
    pulse && pulseSignOf(view, pulse, rule, false),
    stressSign(view, rule),
  ].filter((sign) => sign !== undefined);
}
