import type { LiveReading } from '../apply-event.ts';
import { isAtRest } from '../contexts.ts';
import { laneKind, laneNumber, type LaneName } from '../lane-kinds.ts';
import { findLane, valueOn } from '../baseline-series.ts';
import { nightPulses } from '../night-pulse.ts';
import type { ActiveUnit } from '../person-state.ts';
import { canEnd, judgedRmssd, nightBefore, rmssdAgainstUsual, rmssdOfKind } from '../rmssd.ts';
import { defineUnit, levels, nightBits, type Firing, type Unit, type Verdict } from '../rule.ts';
import { contextBit, slotBit, vitalBit, type Slot } from '../slots.ts';
import type { Thresholds } from '../thresholds.ts';
import { usualBefore, type Usual } from '../usual.ts';
import {
  decidingNight,
  hasUsualRmssd,
  isNight,
  newestLive,
  seenIn,
  seenReading,
  usualOfSeen,
  type Seen,
  type View,
} from '../view.ts';
import { isOverruled } from './vital-units.ts';

type High = Thresholds['rules']['hrv_and_pulse_high'];

const nightSlots: readonly (readonly [Slot, LaneName])[] = [
  ['pulse_night', 'pulse_sleep'],
  ['resting_night', 'resting_night'],
  ['pulse_lowest', 'pulse_lowest'],
];

/** An RMSSD and the pulse of the same night or event, each with its usual. */
type Pair = {
  readonly rmssd: Seen;
  readonly pulse: Seen;
  readonly rmssdUsual: Usual | undefined;
  readonly pulseUsual: Usual | undefined;
};

/** A calm variability together with an excited pulse: something unusual, such as an irregular heartbeat. */
export function hrvAndPulseHigh({ rules }: Thresholds): Unit {
  const rule = rules.hrv_and_pulse_high;
  const firesOn =
    slotBit('rmssd_night') |
    slotBit('rmssd_live') |
    slotBit('pulse_night') |
    slotBit('resting_night') |
    slotBit('pulse_lowest') |
    contextBit;
  return defineUnit('hrv_and_pulse_high', {
    mode: 'hypothesis',
    contrary: rule.contrary,
    // A live pulse alone only ends it.
    inputs: firesOn | vitalBit('heart_rate'),
    judge: (view, active): Verdict | undefined => {
      if (active === undefined && (view.delta.bits & firesOn) === 0) return undefined;
      const rmssd = judgedRmssd(view);
      const pair = rmssd && pairOf(view, rmssd);
      const said = active && sayingOf(view, active, rule);
      const over = said?.isOver;
      if (pair === undefined)
        return rmssd && { over, at: Math.max(rmssd.at, said?.at ?? 0), staleAt: rmssd.staleAt };
      const isNew = pair.rmssd.isNew || pair.pulse.isNew;
      const firing =
        isNew && pair.rmssd.isFresh && isHigh(pair, rule, view) ? firingOf(view, pair, rule) : undefined;
      return {
        firing,
        over,
        at: Math.max(pair.rmssd.at, pair.pulse.at, said?.at ?? 0),
        staleAt: Math.min(pair.rmssd.staleAt, pair.pulse.staleAt),
        isOverruled: isOverruled(view, pair.rmssd, active, firing !== undefined),
      };
    },
  });
}

function pairOf(view: View, rmssd: Seen): Pair | undefined {
  const rmssdUsual = rmssdAgainstUsual(view, rmssd)?.usual;
  if (!isNight(rmssd)) {
    const pulse = newPulseAtRest(view, (device) => device === rmssd.device);
    if (pulse === undefined || !rmssd.isNew) return undefined;
    return { rmssd, pulse, rmssdUsual, pulseUsual: usualOfLive(view, pulse) };
  }
  for (const [slot, lane] of nightSlots) {
    const same = seenIn(view, slot).filter(({ day }) => day === rmssd.day);
    const pulse = same.find(({ source }) => source === rmssd.source) ?? same[0];
    if (pulse === undefined) continue;
    return { rmssd, pulse, rmssdUsual, pulseUsual: usualOfSeen(view, pulse, lane) };
  }
  return undefined;
}

/** The newest live pulse at rest that the event brought. */
function newPulseAtRest(view: View, isOwn: (device: number) => boolean): Seen | undefined {
  return view.delta.live
    .filter(({ vital, device }: LiveReading) => vital === 'heart_rate' && isOwn(device))
    .map((reading) => seenReading(view, reading))
    .findLast(({ context }) => isAtRest(context));
}

function usualOfLive(view: View, pulse: Seen): Usual | undefined {
  return usualOfSeen(view, pulse, pulse.context === 'sleep' ? 'pulse_sleep' : 'pulse_rest');
}

function isHigh({ rmssd, pulse, rmssdUsual, pulseUsual }: Pair, rule: High, view: View): boolean {
  if (rmssdUsual !== undefined && pulseUsual !== undefined) {
    return (
      rmssd.value > rule.rmssd_above * Math.exp(rmssdUsual.centre) &&
      pulse.value > pulseUsual.centre + rule.pulse_above * pulseUsual.spread
    );
  }
  const { rmssd_above, pulse_above } = rule.without_usual;
  if (isNight(rmssd) || !mayJudgeWithout(view, rmssd)) return false;
  return rmssdUsual === undefined && rmssd.value > rmssd_above && pulse.value > pulse_above;
}

/** The absolute form is for adults without any usual, and for nobody whose usual is still being read again. */
export function mayJudgeWithout(view: View, rmssd: Seen): boolean {
  return view.isAdult && view.draft.upgrade === null && !hasUsualRmssd(view, rmssd.day);
}

function firingOf(view: View, pair: Pair, rule: High): Firing {
  const { rmssd, pulse, rmssdUsual, pulseUsual } = pair;
  const { without_usual } = rule;
  return {
    level: wasHigh(view, rmssd, rule) ? levels.warning : levels.info,
    on: rmssd.isNew ? rmssd : pulse,
    inputs: [
      {
        seen: rmssd,
        threshold: rmssdUsual ? rule.rmssd_above * Math.exp(rmssdUsual.centre) : without_usual.rmssd_above,
        usual: rmssdUsual,
      },
      {
        seen: pulse,
        threshold: pulseUsual
          ? pulseUsual.centre + rule.pulse_above * pulseUsual.spread
          : without_usual.pulse_above,
        usual: pulseUsual,
      },
    ],
    confidence: view.policy.thresholds.confidence.several_inputs,
    night: isNight(rmssd) ? nightBits.rmssd : 0,
  };
}

/** "Again": the night before met the condition too, against its own usual. */
function wasHigh(view: View, rmssd: Seen, rule: High): boolean {
  const before = nightBefore(view, rmssd);
  const { draft, policy } = view;
  const lane = findLane(draft.lanes, laneNumber('rmssd_sleep'), rmssd.source);
  const day = rmssd.day - 1;
  const usual = usualBefore(lane, day, policy);
  if (before === undefined || usual === undefined) return false;
  if (before.value <= rule.rmssd_above * Math.exp(usual.centre)) return false;
  return [
    'pulse_sleep',
    ...nightPulses(draft.lanes, day, policy).map(({ lane: [kind] }) => laneKind(kind).name),
  ]
    .map((name) => findLane(draft.lanes, laneNumber(name as LaneName), rmssd.source))
    .some((pulses) => {
      const own = usualBefore(pulses, day, policy);
      const value = pulses === undefined ? Number.NaN : valueOn(pulses, day);
      return own !== undefined && value > own.centre + rule.pulse_above * own.spread;
    });
}

/** Either of both is usual again: an RMSSD, or a pulse of the kind that it fired on, whichever comes. */
function sayingOf(
  view: View,
  active: ActiveUnit,
  rule: High,
): { readonly isOver: boolean; readonly at: number } | undefined {
  const wasNight = (active.isNight & nightBits.rmssd) !== 0;
  const says = (seen: Seen | undefined): seen is Seen =>
    seen?.isNew === true && canEnd(view, seen, active, wasNight);
  const rmssd = rmssdOfKind(view, wasNight);
  const pair = rmssd && pairOf(view, rmssd);
  const pulse = wasNight ? pair?.pulse : newPulseAtRest(view, () => true);
  const saying = [rmssd, pulse].filter(says);
  if (saying.length === 0) return undefined;
  const at = Math.max(...saying.map((seen) => seen.at));
  if (says(rmssd) && isRmssdUsual(view, rmssd, rule)) return { isOver: true, at };
  if (!says(pulse)) return undefined;
  const usual = wasNight ? pair?.pulseUsual : usualOfLive(view, pulse);
  const { leave_pulse_to } = rule.without_usual;
  const highest = usual ? usual.centre + rule.leave_pulse_to * usual.spread : leave_pulse_to;
  return { isOver: pulse.value <= highest, at };
}

function isRmssdUsual(view: View, rmssd: Seen, rule: High): boolean {
  const usual = rmssdAgainstUsual(view, rmssd)?.usual;
  const { leave_rmssd_to } = rule.without_usual;
  return rmssd.value <= (usual ? rule.leave_rmssd_to * Math.exp(usual.centre) : leave_rmssd_to);
}

/** Both are low in somebody whose usual values are not known: a very fit person, or a fault of the sensor. */
export function hrvAndPulseLow({ rules }: Thresholds): Unit {
  const rule = rules.hrv_and_pulse_low;
  return defineUnit('hrv_and_pulse_low', {
    mode: 'hypothesis',
    contrary: rule.contrary,
    inputs:
      slotBit('rmssd_night') |
      slotBit('rmssd_live') |
      slotBit('pulse_night') |
      vitalBit('heart_rate') |
      contextBit,
    judge: (view, active): Verdict | undefined => {
      const rmssd = judgedRmssd(view);
      const pulse = rmssd && pulseBeside(view, rmssd);
      if (rmssd === undefined || pulse === undefined) return undefined;
      const isNew = rmssd.isNew || pulse.isNew;
      const mayJudge = mayJudgeWithout(view, rmssd);
      const meets = mayJudge && rmssd.value < rule.rmssd_below && pulse.value < rule.heart_rate_below;
      const firing: Firing | undefined =
        meets && isNew && rmssd.isFresh && pulse.isFresh
          ? {
              level: levels.info,
              on: rmssd.isNew ? rmssd : pulse,
              inputs: [
                { seen: rmssd, threshold: rule.rmssd_below },
                { seen: pulse, threshold: rule.heart_rate_below },
              ],
              confidence: view.policy.thresholds.confidence.several_inputs,
              night: (isNight(rmssd) ? nightBits.rmssd : 0) | (isNight(pulse) ? nightBits.pulse : 0),
            }
          : undefined;
      const says = (seen: Seen, kind: number) =>
        seen.isNew && active !== undefined && canEnd(view, seen, active, (active.isNight & kind) !== 0);
      const saysRmssd = says(rmssd, nightBits.rmssd);
      const saysPulse = says(pulse, nightBits.pulse);
      const isRmssdOver = saysRmssd && rmssd.value >= rule.leave_rmssd_from;
      const isPulseOver = saysPulse && pulse.value >= rule.leave_heart_rate_from;
      return {
        firing,
        over: isRmssdOver || isPulseOver ? true : saysRmssd || saysPulse ? false : undefined,
        at: Math.max(rmssd.isNew ? rmssd.at : 0, pulse.isNew ? pulse.at : 0),
        staleAt: Math.min(rmssd.staleAt, pulse.staleAt),
        isOverruled: rmssd.isNew && isOverruled(view, rmssd, active, firing !== undefined),
      };
    },
  });
}

/** A night's RMSSD goes with the night's pulse, if there is one. */
function pulseBeside(view: View, rmssd: Seen): Seen | undefined {
  const night = isNight(rmssd) ? decidingNight(view, 'pulse_night', 'pulse_sleep') : undefined;
  return night ?? newestLive(view, 'heart_rate', view.policy.thresholds.fresh_for.heart_rate);
}
