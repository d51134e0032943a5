import type { LaneName } from './lane-kinds.ts';
import { laneNumber } from './lane-kinds.ts';
import { findLane, valueOn } from './baseline-series.ts';
import type { ActiveUnit } from './person-state.ts';
import { lnOf, usualBefore, zOf, type Usual } from './usual.ts';
import {
  decidingNight,
  hasUsualRmssd,
  isNight,
  judgedIn,
  usualOfSeen,
  type Seen,
  type View,
} from './view.ts';

/** The RMSSD that a rule judges: the one that the event brought, a night's first, else the newest. */
export function judgedRmssd(view: View): Seen | undefined {
  const night = decidingNight(view, 'rmssd_night', 'rmssd_sleep');
  if (night?.isNew === true) return night;
  const live = judgedIn(view, 'rmssd_live');
  if (live === undefined || night === undefined) return live ?? night;
  return live.isNew || live.at > night.at ? live : night;
}

/** The RMSSD of the kind that a rule fired on. */
export function rmssdOfKind(view: View, isOfNight: boolean): Seen | undefined {
  return isOfNight ? decidingNight(view, 'rmssd_night', 'rmssd_sleep') : judgedIn(view, 'rmssd_live');
}

function rmssdLane(seen: Pick<Seen, 'context'>): LaneName {
  return seen.context === 'sleep' ? 'rmssd_sleep' : 'rmssd_rest';
}

/** How an RMSSD compares with the person's usual; undefined without one. */
export function rmssdAgainstUsual(
  view: View,
  seen: Seen,
): { readonly usual: Usual; readonly z: number; readonly percentBelow: number } | undefined {
  const usual = usualOfSeen(view, seen, rmssdLane(seen));
  return usual && against(lnOf(seen.value), usual);
}

function against(ln: number, usual: Usual) {
  return { usual, z: zOf(ln, usual), percentBelow: 100 * (1 - Math.exp(ln - usual.centre)) };
}

export type LowRmssd = {
  readonly isLow: boolean;
  readonly isOver: boolean;
  readonly threshold: number;
  readonly usual: Usual | undefined;
};

/** LOW RMSSD, where it can be judged: a new source has no usual yet, although the person has one of another. */
export function lowRmssd(view: View, seen: Seen): LowRmssd | undefined {
  const found = rmssdAgainstUsual(view, seen);
  const { z_to, over_z_from, without_usual_below, over_without_usual_from } =
    view.policy.thresholds.usual.low_rmssd;
  if (found !== undefined) {
    const { usual, z } = found;
    const threshold = Math.exp(usual.centre + z_to * usual.spread);
    return { isLow: z <= z_to, isOver: z >= over_z_from, threshold, usual };
  }
  if (view.draft.upgrade !== null || hasUsualRmssd(view, seen.day)) return undefined;
  const { value } = seen;
  return {
    isLow: value < without_usual_below,
    isOver: value >= over_without_usual_from,
    threshold: without_usual_below,
    usual: undefined,
  };
}

/** Whether the night before was LOW too, against its own usual. */
export function wasLow(view: View, seen: Seen): boolean {
  const before = nightBefore(view, seen);
  if (before === undefined) return false;
  const { z_to, without_usual_below } = view.policy.thresholds.usual.low_rmssd;
  if (before.z !== undefined) return before.z <= z_to;
  return !hasUsualRmssd(view, seen.day - 1) && before.value < without_usual_below;
}

/** The value of the night before of the same source, and its distance from its own usual. */
export function nightBefore(
  { draft, policy }: View,
  seen: Seen,
): { readonly value: number; readonly z: number | undefined; readonly percentBelow: number } | undefined {
  const day = seen.day - 1;
  const lane = findLane(draft.lanes, laneNumber('rmssd_sleep'), seen.source);
  const ln = lane === undefined || !isNight(seen) ? Number.NaN : valueOn(lane, day);
  if (Number.isNaN(ln)) return undefined;
  const usual = usualBefore(lane, day, policy);
  const compared = usual === undefined ? { z: undefined, percentBelow: 0 } : against(ln, usual);
  return { value: Math.exp(ln), z: compared.z, percentBelow: compared.percentBelow };
}

/**
 * Whether a signal may say that a rule is over: only live values end a rule that a live value fired, and only a later
 * night, or the primary source's value of the same night, ends one that a night's value fired.
 */
export function canEnd(view: View, seen: Seen, active: ActiveUnit, wasNight: boolean): boolean {
  if (isNight(seen) !== wasNight) return false;
  if (!wasNight) return true;
  return (
    seen.day > active.day ||
    (seen.day === active.day && seen.source !== view.draft.devices[active.device]?.[0])
  );
}
