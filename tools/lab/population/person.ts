import type { DeviceClass } from './device-classes.ts';
import type { Episode } from './episodes.ts';
import { randomFor } from './random.ts';
import { drawTraits, type Traits } from './traits.ts';

export type Person = {
  readonly seed: number;
  readonly userId: string;
  readonly traits: Traits;
  readonly deviceClass: DeviceClass;
  readonly episode: Episode | undefined;
  /** Runs for 40 min every second day, whatever the traits say. */
  readonly isRunner: boolean;
  /** Never leaves the device at home for two weeks. */
  readonly wearsAlways: boolean;
  /** Never travels. */
  readonly staysHome: boolean;
};

export type PersonOptions = {
  readonly episode?: Episode | undefined;
  readonly isRunner?: boolean;
  readonly wearsAlways?: boolean;
  readonly staysHome?: boolean;
};

/** The same seed is the same person with the same days, whatever the episode. */
export function createPerson(seed: number, deviceClass: DeviceClass, options: PersonOptions = {}): Person {
  const { episode, isRunner = false, wearsAlways = false, staysHome = false } = options;
  return {
    seed,
    userId: `person-${seed}`,
    traits: drawTraits(randomFor(seed, 'traits')),
    deviceClass,
    episode,
    isRunner,
    wearsAlways,
    staysHome,
  };
}
