import type { Context } from '@bridge/contracts';
import { chanceOf, type Chance } from './chance.ts';
import type { Condition } from './condition.ts';
import type { Person } from './person.ts';
import type { Day } from './plan-day.ts';

export type Pulse = { readonly perMinute: number; readonly context: Context | undefined };

/** The pulse that a device on wrist or finger measures at a local hour. It is undefined while the device is off on a flight. */
export function pulseAt(
  { person, day, condition }: { person: Person; day: Day; condition: Condition },
  hour: number,
  chance: Chance,
): Pulse | undefined {
  if (hour < day.from || hour >= day.until) return undefined;
  const { restingPulse } = condition;
  if (isAsleep(day, hour)) {
    return { perMinute: restingPulse + 2 * dayWave(hour) + chance.bell(), context: 'sleep' };
  }
  const atRest = restingPulse + 6 + 9 * dayWave(hour) + 2 * chance.bell();
  const { workout } = day;
  if (workout && hour >= workout.start && hour < workout.end + settlingHours) {
    return { perMinute: atRest + 30 + 55 * workout.effort + 3 * chance.bell(), context: 'active' };
  }
  const after = workout && hour >= workout.end ? restingAgain(hour - workout.end) : 0;
  if (isMoving(person, day, hour)) {
    return { perMinute: atRest + 10 * after + chance.between(15, 30), context: 'active' };
  }
  return { perMinute: atRest + 30 * after, context: undefined };
}

// A watch that still sees motion. Also the time in which the workout itself has arrived.
const settlingHours = 0.06;

/** 1 right after a workout, 0 half an hour later: as long as the policy takes a workout for the cause. */
function restingAgain(hours: number): number {
  const left = Math.max(0, 1 - hours / 0.5);
  return left * left;
}

export function isAsleep({ night, bed }: Day, hour: number): boolean {
  return (night !== undefined && hour >= night.start && hour < night.end) || hour >= bed;
}

/** On foot, by slots of five minutes that all devices of a person share. */
function isMoving({ seed }: Person, day: Day, hour: number): boolean {
  const share = hour > 8 && hour < 20 ? 0.22 : 0.08;
  return chanceOf(seed, 'moving', day.number, Math.floor(hour * 12)).happens(share);
}

/** From 0 at three in the night to 1 at three in the afternoon. */
function dayWave(hour: number): number {
  const apart = Math.abs((((hour - 15) % 24) + 24) % 24);
  const distance = Math.min(apart, 24 - apart) / 12;
  return 1 - distance * distance * (3 - 2 * distance);
}
