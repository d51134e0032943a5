import { minuteMs } from '../life/day-number.ts';
import { timeAt } from '../life/plan-day.ts';
import { eventOf, rounded, type DeviceDay, type SimulatedEvent } from './simulated-event.ts';
import type { SimulatedSource } from '../life/profile.ts';

/** The day's workout as a device reports it after its end: the reason for a high pulse until half an hour later. */
export function workoutOf(own: DeviceDay, source: SimulatedSource, minutesLate: number): SimulatedEvent[] {
  const { day, condition, chance } = own;
  if (!day.workout) return [];
  const { effort } = day.workout;
  const start = timeAt(day, day.workout.start);
  const end = timeAt(day, day.workout.end);
  const span = { start, end, context: 'active' } as const;
  const average = condition.restingPulse + 40 + 55 * effort;
  const minutes = (end - start) / minuteMs;
  return [
    eventOf(own, source, {
      name: 'workout',
      eventType: 'workout',
      measuredAt: end,
      receivedAt: end + Math.round(minutesLate * minuteMs),
      readings: [
        { metric: 'heart_rate', value: rounded(average), statistic: 'average', ...span },
        {
          metric: 'heart_rate',
          value: rounded(average + 22 + 3 * chance.bell()),
          statistic: 'maximum',
          ...span,
        },
        { metric: 'active_energy', value: rounded(minutes * (5 + 7 * effort)), statistic: 'sum', ...span },
        ...(source === 'whoop'
          ? [{ metric: 'strain', value: rounded(5 + 9 * effort, 1), ...span } as const]
          : []),
      ],
    }),
  ];
}
