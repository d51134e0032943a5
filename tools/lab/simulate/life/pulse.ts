import type { Context } from '@bridge/contracts';
import type { Chance } from './chance.ts';
import { isAsleep, isWorn, timeAt, type Day } from './lived-day.ts';

export type Pulse = { readonly perMinute: number; readonly context: Context | undefined };

/** A watch knows the motion of four in five readings. */
const motionKnown = 0.8;

/** The pulse that a device on wrist or finger measures at a local hour. It is undefined while the device is off. */
export function pulseAt({ day }: { readonly day: Day }, hour: number, chance: Chance): Pulse | undefined {
  if (!isWorn(day, hour)) return undefined;
  const { perMinute, motion } = day.pulse(timeAt(day, hour), { normal: chance.bell });
  const isKnown = chance.happens(motionKnown);
  if (isAsleep(day, hour)) return { perMinute, context: 'sleep' };
  return {
    perMinute: Math.max(28, perMinute),
    context: isKnown && motion === 'active' ? 'active' : undefined,
  };
}
