import { laneNumber, type LaneName } from './lane-kinds.ts';
import { daysBetween, lanesOf } from './baseline-series.ts';
import type { Lane } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import type { Slot } from './slots.ts';
import { newestOn } from './usual.ts';

/** A lane of a night's pulse. A resting pulse of the waking day counts with the night after it. */
export type NightPulse = { readonly lane: Lane; readonly shift: 0 | 1 };

const kinds: readonly LaneName[] = ['resting_night', 'resting_day', 'pulse_lowest', 'pulse_sleep'];
const waking = laneNumber('resting_day');

/** A night's pulse is one lane per source: the resting pulse if it has one, else the night's lowest, else its mean. */
export function nightPulses(lanes: readonly Lane[], day: number, policy: PolicyValues): NightPulse[] {
  const bySource = new Map<number, NightPulse>();
  const from = day - policy.thresholds.usual.primary_days;
  for (const name of kinds) {
    for (const lane of lanesOf(lanes, name)) {
      if (bySource.has(lane[1]) || daysBetween(lane, from, day) === 0) continue;
      bySource.set(lane[1], { lane, shift: lane[0] === waking ? 1 : 0 });
    }
  }
  const days = ({ lane }: NightPulse) => daysBetween(lane, from + 1, day);
  const newest = ({ lane }: NightPulse) => newestOn(lane, day);
  return [...bySource.values()].toSorted(
    (a, b) => days(b) - days(a) || newest(b) - newest(a) || a.lane[1] - b.lane[1],
  );
}

export const nightPulseSlots = [
  'resting_night',
  'resting_day',
  'pulse_lowest',
  'pulse_night',
] as const satisfies readonly Slot[];
