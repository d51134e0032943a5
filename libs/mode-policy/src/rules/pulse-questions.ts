import { medianOf } from '../day-sketch.ts';
import { isAtRest } from '../contexts.ts';
import type { Draft } from '../draft.ts';
import { readingSize } from '../observe.ts';
import type { ActiveUnit } from '../person-state.ts';
import {
  confidenceBeyond,
  defineUnit,
  levels,
  withoutUsual,
  type Firing,
  type Saying,
  type Unit,
  type Verdict,
} from '../rule.ts';
import { contextBit, vitalBit } from '../slots.ts';
import type { Thresholds } from '../thresholds.ts';
import { isExplained, isUnexplained } from '../unexplained-runs.ts';
import { highLimit, readingsOf, seenReading, windowsOf, type Seen, type View } from '../view.ts';
import type { LiveReading } from '../apply-event.ts';
import type { Window } from '../person-state.ts';

/** Successive readings that jump: an irregular heartbeat, or a sensor that sits badly. */
export function pulseIrregular({ rules }: Thresholds): Unit {
  const rule = rules.pulse_irregular;
  return defineUnit('pulse_irregular', {
    mode: 'hypothesis',
    contrary: rule.contrary,
    inputs: vitalBit('heart_rate') | contextBit,
    judge: (view, active): Verdict | undefined => {
      let verdict: Verdict | undefined;
      for (const window of windowsOf(view, 'heart_rate')) {
        // Most devices measure too seldom for a comparison.
        if (window[2].length < rule.readings_at_least * readingSize) continue;
        const readings = restingReadings(view, window);
        const newest = readings.at(-1);
        if (newest?.isNew !== true) continue;
        const own = verdictOf(view, readings, newest, rule);
        if (own === undefined) continue;
        if (own.firing !== undefined || (active?.device === window[1] && verdict?.firing === undefined))
          verdict = own;
      }
      return verdict;
    },
  });
}

/** Of a device, oldest first. */
export function restingReadings(view: View, window: Window): Seen[] {
  return readingsOf(window)
    .map((reading) => seenReading(view, reading))
    .filter(({ context }) => isAtRest(context));
}

/** The differences of successive readings shortly before the newest; undefined: there are too few. */
export function jumpsUpTo(
  newest: Pick<Seen, 'at'>,
  readings: readonly Seen[],
  { within, readings_at_least }: Thresholds['rules']['pulse_irregular'],
): number[] | undefined {
  const recent = readings.filter(({ at }) => newest.at - at <= within);
  if (recent.length < readings_at_least) return undefined;
  return recent.slice(1).map(({ value }, index) => Math.abs(value - (recent[index] as Seen).value));
}

function verdictOf(
  view: View,
  readings: readonly Seen[],
  newest: Seen,
  rule: Thresholds['rules']['pulse_irregular'],
): Verdict | undefined {
  const jumps = jumpsUpTo(newest, readings, rule);
  if (jumps === undefined) return undefined;
  const median = medianOf(jumps);
  const firing: Firing | undefined =
    median > rule.above && newest.isFresh
      ? {
          level: levels.info,
          on: newest,
          inputs: [{ seen: newest }],
          confidence: confidenceBeyond(median - rule.above, rule.above - rule.leave_to, view),
          night: 0,
          facts: { median: Math.round(median), readings: jumps.length + 1 },
        }
      : undefined;
  return { firing, over: median <= rule.leave_to, at: newest.at, staleAt: newest.staleAt };
}

/** A high pulse for a long time that nothing explains: the person is asked whether they moved. */
export function pulseUnexplained({ rules }: Thresholds): Unit {
  const rule = rules.pulse_unexplained;
  return defineUnit('pulse_unexplained', {
    mode: 'hypothesis',
    contrary: rule.contrary,
    vital: 'heart_rate',
    inputs: vitalBit('heart_rate') | contextBit,
    judge: (view, active): Verdict | undefined => {
      const { draft, policy } = view;
      const asked = active && askedRun(active, draft, rule);
      const isOverruled = asked !== undefined && isExplained(asked, draft, policy);
      for (const reading of view.delta.live) {
        const run = draft.runs.find(({ device }) => device === reading.device);
        if (run?.last !== reading.at || run.count === 0 || !isUnexplained(run, draft, policy)) continue;
        const seen = seenReading(view, reading);
        const limit = highLimit(view, seen);
        if (!seen.isFresh || limit === undefined) continue;
        const threshold = limit.limit + rule.above_t;
        const sure = confidenceBeyond(run.value - threshold, rule.above_t, view);
        const firing: Firing = {
          level: levels.info,
          on: seen,
          inputs: [{ seen, threshold, usual: limit.usual }],
          confidence: limit.usual === undefined ? withoutUsual(sure, view) : sure,
          night: 0,
          facts: { minutes: Math.round((run.last - run.from) / 60_000) },
        };
        return { firing, at: seen.at, staleAt: seen.staleAt, isOverruled };
      }
      return isOverruled ? { at: view.now, staleAt: Infinity, isOverruled } : undefined;
    },
    leaveApartFrom: rule.refuted_apart,
    says: sayingOf,
  });
}

/** The run that was asked about; once the device has begun another one, as much of it as was asked for. */
function askedRun(
  { device, firedOn }: ActiveUnit,
  { runs }: Draft,
  { over }: Thresholds['rules']['pulse_unexplained'],
) {
  const run = runs.find((one) => one.device === device);
  return run !== undefined && run.from <= firedOn ? run : { from: firedOn - over, last: firedOn };
}

/** Two readings that are not above T refute it, whatever their context, unless they are active. */
function sayingOf(view: View, reading: LiveReading): Saying {
  if (reading.vital !== 'heart_rate') return 'nothing';
  const seen = seenReading(view, reading);
  const limit = seen.context === 'active' ? undefined : highLimit(view, seen)?.limit;
  if (limit === undefined) return 'nothing';
  return seen.value <= limit ? 'over' : 'not_over';
}
