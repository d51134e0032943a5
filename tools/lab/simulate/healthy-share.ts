import type { BiometricEvent } from '@bridge/contracts';
import { healthyProfiles } from './life/profile.ts';
import { simulatePerson } from './simulate-person.ts';
import { toBiometricEvent } from './wire/to-biometric-event.ts';

/** The switch that one event caused. It is undefined or null if the mode stayed the same. */
type Switch = { readonly from: string | null; readonly to: string } | null | undefined;

/** Decides the events of one person, one after the other. Called once per person, so that it can hold their state. */
export type CreateDecider = (userId: string) => (event: BiometricEvent) => Switch;

export type HealthyShare = {
  readonly events: number;
  /** Of them the first of each person, from no mode to one. */
  readonly transitions: number;
  /** transitions / events. The policy promises less than 0.02. */
  readonly share: number;
  /** Switches from a mode to itself. The policy promises none. */
  readonly toItself: number;
};

/** In which even a diary holds enough events. */
const spanDays = 200;

/** How often healthy people's modes switch: one of each healthy profile, an equal number of events from each. */
export function healthyShare(
  createDecider: CreateDecider,
  { seed = 1, events = 5000, from = '2026-01-05' }: { seed?: number; events?: number; from?: string } = {},
): HealthyShare {
  const profiles = Object.values(healthyProfiles);
  const each = Math.ceil(events / profiles.length);
  const switches: NonNullable<Switch>[] = [];
  let decided = 0;
  for (const [nr, profile] of profiles.entries()) {
    const own = { seed: seed * 1000 + nr, userId: `healthy-${seed}-${nr}`, profile, from, days: spanDays };
    const decide = createDecider(own.userId);
    for (const event of simulatePerson(own).slice(0, Math.min(each, events - decided))) {
      const switched = decide(toBiometricEvent(event));
      if (switched) switches.push(switched);
      decided += 1;
    }
  }
  return {
    events: decided,
    transitions: switches.length,
    share: switches.length / decided,
    toItself: switches.filter(({ from: before, to }) => before === to).length,
  };
}
