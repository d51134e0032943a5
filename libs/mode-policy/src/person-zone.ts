import { zoneOffset } from '@bridge/contracts';
import type { PersonState } from './person-state.ts';

/** Whether somebody said where a person is. */
export function isZoneKnown({ profile, zone }: Pick<PersonState, 'profile' | 'zone'>): boolean {
  return profile.time_zone !== undefined || zone[1] !== 0;
}

/** Where a person is at a time, in minutes east of UTC: by the profile, else by their last real offset, else UTC. */
export function offsetAt({ profile, zone }: Pick<PersonState, 'profile' | 'zone'>, at: number): number {
  return profile.time_zone === undefined ? zone[0] : zoneOffset(profile.time_zone, at);
}
