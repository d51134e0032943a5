import { isAtRest } from '../contexts.ts';
import type { LaneName } from '../lane-kinds.ts';
import { laneKind } from '../lane-kinds.ts';
import { nightPulses } from '../night-pulse.ts';
import { defineUnit, levels, tidy, type Firing, type Input, type Unit, type Verdict } from '../rule.ts';
import type { UnitName } from '../rule-names.ts';
import { contextBit, slotBit, vitalBit, type Slot, type Vital } from '../slots.ts';
import type { Contrary, Thresholds } from '../thresholds.ts';
import { lnOf, zOf, type Usual } from '../usual.ts';
import { newestReading, seenIn, seenReading, usualOfSeen, windowsOf, type Seen, type View } from '../view.ts';

/** One comparison per kind of value, since one device's pulse does not settle another's night. */
export function devicesDisagree({ rules, confirmation }: Thresholds): Unit[] {
  const rule = rules.devices_disagree;
  const { contrary } = rule;
  const { heart_rate_above, spo2_above } = confirmation.veto;
  return [
    live('devices_disagree.heart_rate', 'heart_rate', heart_rate_above, contrary),
    live('devices_disagree.spo2', 'spo2', spo2_above, contrary),
    nights('devices_disagree.rmssd_night', ['rmssd_night'], rule),
    nights('devices_disagree.pulse_night', ['resting_night', 'pulse_lowest', 'pulse_night'], rule),
    nights('devices_disagree.respiration_night', ['respiration_night'], rule),
    nights('devices_disagree.spo2_night', ['spo2_night'], rule),
  ];
}

/** Opened where a contradiction stops an alarm, or comes beside one: see `confirmation.ts`. */
function live(name: UnitName, vital: Vital, distance: number, contrary: readonly Contrary[]): Unit {
  return defineUnit(name, {
    mode: 'hypothesis',
    contrary,
    inputs: vitalBit(vital) | contextBit,
    judge: (view): Verdict | undefined => {
      const found = view.contradicting.get(vital);
      if (found !== undefined) {
        const pair = [found.beyond, found.against];
        const staleAt = Math.min(...pair.map((seen) => seen.staleAt));
        const at = Math.max(...pair.map((seen) => seen.at));
        const firing: Firing = {
          level: levels.info,
          on: found.beyond,
          inputs: pair.map((seen): Input => ({ seen })),
          confidence: view.policy.thresholds.confidence.several_inputs,
          night: 0,
        };
        return { firing, at, staleAt };
      }
      return agreement(view, vital, distance);
    },
  });
}

/** Whether the newest readings of two devices, of about the same time, agree. */
function agreement(view: View, vital: Vital, distance: number): Verdict | undefined {
  const { within } = view.policy.thresholds.confirmation.veto;
  const windows = windowsOf(view, vital);
  if (windows.length < 2) return undefined;
  const newest = windows
    .map((window) => seenReading(view, newestReading(window)))
    .filter(({ context, staleAt }) => context !== 'active' && view.now < staleAt)
    .toSorted((a, b) => b.at - a.at);
  const [a, b] = newest;
  if (a === undefined || b === undefined) return undefined;
  const staleAt = Math.min(a.staleAt, b.staleAt);
  if (!a.isNew || a.at - b.at > within) return { at: a.at, staleAt };
  const isApart = Math.abs(a.value - b.value) > distance;
  return { at: a.at, staleAt, over: isApart ? (isAtRest(a.context) ? false : undefined) : true };
}

type NightValue = { readonly seen: Seen; readonly usual: Usual; readonly z: number };

/** Two sources' values of one night, each against its own usual: a constant difference asks nothing. */
function nights(name: UnitName, slots: readonly Slot[], rule: Thresholds['rules']['devices_disagree']): Unit {
  return defineUnit(name, {
    mode: 'hypothesis',
    contrary: rule.contrary,
    inputs: slots.reduce((bits, slot) => bits | slotBit(slot), contextBit),
    judge: (view): Verdict | undefined => {
      const pair = farthest(sourcesOf(view, slots));
      if (pair === undefined) return undefined;
      const [a, b] = pair;
      const apart = tidy(Math.abs(a.z - b.z));
      const base = {
        at: Math.max(a.seen.at, b.seen.at),
        staleAt: Math.min(a.seen.staleAt, b.seen.staleAt),
      };
      if (!a.seen.isNew && !b.seen.isNew) return base;
      const firing: Firing | undefined =
        apart >= rule.z_apart_from && a.seen.isFresh && b.seen.isFresh
          ? {
              level: levels.info,
              on: a.seen.isNew ? a.seen : b.seen,
              inputs: pair.map(({ seen, usual }): Input => ({ seen, usual })),
              confidence: view.policy.thresholds.confidence.several_inputs,
              night: 1,
            }
          : undefined;
      return { ...base, firing, over: apart <= rule.leave_z_apart_to };
    },
  });
}

/** The newest night's value of each source that has a usual. */
export function sourcesOf(view: View, slots: readonly Slot[]): NightValue[] {
  const bySource = new Map<number, NightValue>();
  for (const slot of slots) {
    for (const seen of seenIn(view, slot)) {
      if (bySource.has(seen.source)) continue;
      const lane = laneOf(view, slot, seen);
      const usual = lane && usualOfSeen(view, seen, lane);
      if (usual === undefined) continue;
      const value = seen.metric === 'hrv_rmssd' ? lnOf(seen.value) : seen.value;
      bySource.set(seen.source, { seen, usual, z: zOf(value, usual) });
    }
  }
  return [...bySource.values()];
}

const lanes: Partial<Record<Slot, LaneName>> = {
  rmssd_night: 'rmssd_sleep',
  respiration_night: 'respiration_sleep',
  spo2_night: 'spo2_sleep',
};

/** A night's pulse is one lane per source. */
function laneOf(view: View, slot: Slot, { source, day }: Seen): LaneName | undefined {
  const plain = lanes[slot];
  if (plain !== undefined) return plain;
  const own = nightPulses(view.draft.lanes, day, view.policy).find(({ lane }) => lane[1] === source);
  const name = own && laneKind(own.lane[0]).name;
  return name === (slot === 'pulse_night' ? 'pulse_sleep' : slot) ? name : undefined;
}

/** The two of one night that are farthest apart. */
function farthest(values: readonly NightValue[]): readonly [NightValue, NightValue] | undefined {
  const day = values.reduce((newest, { seen }) => Math.max(newest, seen.day), -Infinity);
  const same = values.filter(({ seen }) => seen.day === day).toSorted((a, b) => a.z - b.z);
  const [low, high] = [same[0], same.at(-1)];
  return low === undefined || high === undefined || low === high ? undefined : [low, high];
}
