import { laneNumber } from '../lane-kinds.ts';
import { findLane, valueOn } from '../baseline-series.ts';
import type { ActiveUnit } from '../person-state.ts';
import {
  canEnd,
  judgedRmssd,
  lowRmssd,
  nightBefore,
  rmssdAgainstUsual,
  rmssdOfKind,
  wasLow,
} from '../rmssd.ts';
import { confidenceBeyond, defineUnit, levels, type Firing, type Unit, type Verdict } from '../rule.ts';
import { contextBit, slotBit } from '../slots.ts';
import type { Thresholds } from '../thresholds.ts';
import { isNight, judgedIn, type Seen, type View } from '../view.ts';
import { isOverruled } from './vital-units.ts';

const rmssdBits = slotBit('rmssd_night') | slotBit('rmssd_live');

export function rmssdUnits(thresholds: Thresholds): Unit[] {
  return [stressOverload(thresholds), rmssdDrop(thresholds)];
}

/** What the RMSSD of the kind that fired says now; undefined when nothing new does. */
function rmssdSaying(
  view: View,
  active: ActiveUnit | undefined,
  isOver: (seen: Seen) => boolean | undefined,
): { readonly over: boolean; readonly at: number } | undefined {
  if (active === undefined) return undefined;
  const wasNight = (active.isNight & 1) !== 0;
  const seen = rmssdOfKind(view, wasNight);
  if (seen?.isNew !== true || !canEnd(view, seen, active, wasNight)) return undefined;
  const over = isOver(seen);
  return over === undefined ? undefined : { over, at: seen.at };
}

/** LOW RMSSD and a low readiness, of the same day if the RMSSD is a night's. */
function stressOverload({ rules }: Thresholds): Unit {
  const { readiness_below, leave_readiness_from, confidence, contrary } = rules.stress_overload;
  return defineUnit('stress_overload', {
    mode: 'reflex',
    contrary,
    inputs: rmssdBits | slotBit('readiness') | contextBit,
    judge: (view, active): Verdict | undefined => {
      const rmssd = judgedRmssd(view);
      const readiness = judgedIn(view, 'readiness');
      if (rmssd === undefined || readiness === undefined) return undefined;
      const low = lowRmssd(view, rmssd);
      const isTogether = !isNight(rmssd) || rmssd.day === readiness.day;
      const isNew = rmssd.isNew || readiness.isNew;
      const meets = low?.isLow === true && readiness.value < readiness_below && isTogether;
      const firing: Firing | undefined =
        meets && isNew && rmssd.isFresh && readiness.isFresh
          ? {
              level: wasOverloaded(view, rmssd, readiness, readiness_below) ? levels.warning : levels.info,
              on: rmssd.isNew ? rmssd : readiness,
              inputs: [
                { seen: rmssd, threshold: low.threshold, usual: low.usual },
                { seen: readiness, threshold: readiness_below },
              ],
              confidence,
              night: isNight(rmssd) ? 1 : 0,
            }
          : undefined;
      const said = rmssdSaying(view, active, (seen) => lowRmssd(view, seen)?.isOver);
      const isRested = readiness.isNew && readiness.value >= leave_readiness_from;
      return {
        firing,
        over: said?.over === true || isRested ? true : said?.over,
        at: Math.max(said?.at ?? 0, rmssd.isNew ? rmssd.at : 0, readiness.isNew ? readiness.at : 0),
        staleAt: Math.min(rmssd.staleAt, readiness.staleAt),
        isOverruled: rmssd.isNew && isOverruled(view, rmssd, active, firing !== undefined),
      };
    },
  });
}

/** "Again": the day before met the condition too. */
function wasOverloaded(view: View, rmssd: Seen, readiness: Seen, below: number): boolean {
  const lane = findLane(view.draft.lanes, laneNumber('readiness'), readiness.source);
  return lane !== undefined && valueOn(lane, readiness.day - 1) < below && wasLow(view, rmssd);
}

/** RMSSD far below the person's own. */
function rmssdDrop({ rules }: Thresholds): Unit {
  const { z_to, percent_from, warning_z_to, leave_z_from, leave_percent_to, contrary } = rules.rmssd_drop;
  const isDrop = (z: number | undefined, percent: number) =>
    z !== undefined && z <= z_to && percent >= percent_from - 1e-9;
  return defineUnit('rmssd_drop', {
    mode: 'reflex',
    contrary,
    inputs: rmssdBits | contextBit,
    judge: (view, active): Verdict | undefined => {
      const seen = judgedRmssd(view);
      if (seen === undefined) return undefined;
      const found = rmssdAgainstUsual(view, seen);
      const said = rmssdSaying(view, active, (one) => {
        const own = rmssdAgainstUsual(view, one);
        return own && (own.z >= leave_z_from || own.percentBelow <= leave_percent_to + 1e-9);
      });
      const base = { over: said?.over, at: said?.at ?? seen.at, staleAt: seen.staleAt };
      if (found === undefined || !seen.isNew) return base;
      const before = nightBefore(view, seen);
      const isAgain = before !== undefined && isDrop(before.z, before.percentBelow);
      const firing: Firing | undefined =
        isDrop(found.z, found.percentBelow) && seen.isFresh
          ? {
              level: isAgain || found.z <= warning_z_to ? levels.warning : levels.info,
              on: seen,
              inputs: [
                {
                  seen,
                  threshold: Math.exp(found.usual.centre + z_to * found.usual.spread),
                  usual: found.usual,
                },
              ],
              confidence: confidenceBeyond(z_to - found.z, leave_z_from - z_to, view),
              night: isNight(seen) ? 1 : 0,
              facts: { percent: Math.round(found.percentBelow) },
            }
          : undefined;
      return { ...base, firing, isOverruled: isOverruled(view, seen, active, firing !== undefined) };
    },
  });
}
