import type { Traits } from '../../population/traits.ts';

/** The sources that the simulator plays. */
export type SimulatedSource = 'oura' | 'whoop' | 'apple' | 'manual';

/** A kind of person: what they wear. Bodies and days are drawn from the population model. */
export type Profile = {
  readonly devices: readonly [SimulatedSource, ...SimulatedSource[]];
  /** Instead of those that the model draws. */
  readonly traits?: Partial<Traits>;
  readonly travels: boolean;
  /** How often a watch takes the pulse. */
  readonly pulseEveryMinutes: number;
  /** Spans of hours in which a device is off, or out of reach and syncs late. Per device. */
  readonly gapsPerWeek: number;
};

const somebody: Profile = {
  devices: ['oura', 'apple'],
  travels: true,
  pulseEveryMinutes: 30,
  gapsPerWeek: 0.5,
};

/** People who are well, with all the variation of healthy people: an alert once in a long while is part of it. */
export const healthyProfiles = {
  ring: { ...somebody, devices: ['oura'] },
  watch: { ...somebody, devices: ['apple'] },
  ringAndWatch: somebody,
  athlete: { ...somebody, devices: ['whoop', 'apple'], traits: { workoutsPerWeek: 5 } },
  diarist: { ...somebody, devices: ['whoop', 'manual'] },
  homebody: { ...somebody, travels: false, gapsPerWeek: 2 },
} as const satisfies Record<string, Profile>;
