import { minuteMs } from '../life/day-number.ts';
import type { Workout } from '../../population/day-plan.ts';
import type { SimulatedSource } from '../life/profile.ts';
import { eventOf, rounded, type DeviceDay, type SimulatedEvent } from './simulated-event.ts';

/** The day's workout as a device reports it: its document arrives at its end or up to six hours later. */
export function workoutOf(own: DeviceDay, source: SimulatedSource): SimulatedEvent[] {
  const { plan } = own.day;
  if (plan.worn === undefined) return [];
  return plan.workouts
    .filter(({ until }) => until <= (plan.worn?.until ?? 0))
    .map((workout) => documentOf(own, source, workout));
}

/** 0 to 1. */
export function effortOf(workout: Workout | undefined): number {
  return workout === undefined ? 0 : (workout.pulse - 120) / 50;
}

function documentOf(own: DeviceDay, source: SimulatedSource, workout: Workout): SimulatedEvent {
  const { from: start, until: end, pulse, knownAt } = workout;
  const effort = effortOf(workout);
  const span = { start, end, context: 'active' } as const;
  const energy = ((end - start) / minuteMs) * (5 + 7 * effort);
  return eventOf(own, source, {
    name: 'workout',
    eventType: 'workout',
    measuredAt: end,
    receivedAt: knownAt,
    readings: [
      { metric: 'heart_rate', value: rounded(pulse), statistic: 'average', ...span },
      {
        metric: 'heart_rate',
        value: rounded(pulse + 22 + 3 * own.chance.bell()),
        statistic: 'maximum',
        ...span,
      },
      { metric: 'active_energy', value: rounded(energy), statistic: 'sum', ...span },
      ...(source === 'whoop'
        ? [{ metric: 'strain', value: rounded(5 + 9 * effort, 1), ...span } as const]
        : []),
    ],
  });
}
