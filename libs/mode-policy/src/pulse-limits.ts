import { lanesOf } from './baseline-series.ts';
import type { LaneName } from './lane-kinds.ts';
import type { Lane, PersonState } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import { bySource, hasUsualBefore, usualBefore, type Usual } from './usual.ts';

/** The limit of a pulse, and the usual value that it rests on. */
export type PulseLimit = { readonly limit: number; readonly usual: Usual | undefined };

/** The person's usual of one of these kinds, whatever its source: of the primary source, else of the next that has one. */
function personalUsual(
  lanes: readonly Lane[],
  names: readonly LaneName[],
  day: number,
  policy: PolicyValues,
): Usual | undefined {
  for (const name of names) {
    for (const lane of bySource(lanes, name, day, policy)) {
      const usual = usualBefore(lane, day, policy);
      if (usual !== undefined) return usual;
    }
  }
  return undefined;
}

const awakeLanes = ['pulse_rest', 'resting_day', 'resting_night'] as const;
const asleepLanes = ['pulse_sleep'] as const;
const restingLanes = ['resting_day', 'resting_night'] as const;

/** T: above it a pulse at rest is high. undefined where no limit may be applied: without a usual, under 16. */
export function highPulseLimit(
  { lanes, upgrade }: Pick<PersonState, 'lanes' | 'upgrade'>,
  isAsleep: boolean,
  day: number,
  isAdult: boolean,
  policy: PolicyValues,
): PulseLimit | undefined {
  const { above_usual, awake, asleep } = policy.thresholds.usual.pulse_limit;
  const usual = personalUsual(lanes, isAsleep ? asleepLanes : awakeLanes, day, policy);
  const { at_least, at_most, without_usual } = isAsleep ? asleep : awake;
  if (usual === undefined) {
    return isAdult && upgrade === null ? { limit: without_usual, usual } : undefined;
  }
  const above = usual.centre + above_usual;
  return { limit: isAdult ? Math.min(Math.max(above, at_least), at_most) : above, usual };
}

/**
 * L: at or below it a pulse at rest is low. `isStatedRest`: the reading's own context is rest, or the same event carries
 * RMSSD or stress; it counts where there is no usual.
 */
export function lowPulseLimit(
  { lanes, upgrade }: Pick<PersonState, 'lanes' | 'upgrade'>,
  isStatedRest: boolean,
  day: number,
  isAdult: boolean,
  policy: PolicyValues,
): PulseLimit | undefined {
  const { to, below_usual, spreads, without_usual_to } = policy.thresholds.rules.pulse_low;
  let lowest: Usual | undefined;
  for (const names of [['pulse_rest'], asleepLanes, restingLanes] as const) {
    const usual = personalUsual(lanes, names, day, policy);
    if (usual !== undefined && (lowest === undefined || usual.centre < lowest.centre)) lowest = usual;
  }
  if (lowest === undefined) {
    if (!isAdult || upgrade !== null) return undefined;
    return { limit: isStatedRest ? to : without_usual_to, usual: undefined };
  }
  const below = lowest.centre - Math.max(below_usual, spreads * lowest.spread);
  return { limit: Math.min(to, below), usual: lowest };
}

/** Whether a person has any usual value of one of these kinds on a day. */
export function hasAnyUsual(
  lanes: readonly Lane[],
  names: readonly LaneName[],
  day: number,
  policy: PolicyValues,
): boolean {
  return names.some((name) => lanesOf(lanes, name).some((lane) => hasUsualBefore(lane, day, policy)));
}
