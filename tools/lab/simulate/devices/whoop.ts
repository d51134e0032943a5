import { minuteMs } from '../life/day-number.ts';
import { timeAt } from '../life/lived-day.ts';
import { eventOf, rounded, type DeviceDay, type SimulatedEvent } from './simulated-event.ts';
import { sleepStages } from './sleep-stages.ts';
import { effortOf, workoutOf } from './workout.ts';

/** A strap: sleep and recovery are scored after waking, at times scored again; the day's strain comes at its end. */
export function whoopDay(own: DeviceDay): SimulatedEvent[] {
  const workout = workoutOf(own, 'whoop');
  return [...nightOf(own), ...workout, ...strainOf(own)];
}

function nightOf(own: DeviceDay): SimulatedEvent[] {
  const { day, condition, chance } = own;
  if (!day.isNightWorn) return [];
  const start = timeAt(day, day.night.start);
  const end = timeAt(day, day.night.end);
  const scored = end + Math.round(chance.between(8, 35) * minuteMs);
  const average = { start, end, context: 'sleep', statistic: 'average' } as const;
  const sleep = eventOf(own, 'whoop', {
    name: 'sleep',
    eventType: 'sleep',
    measuredAt: end,
    receivedAt: scored,
    readings: [
      { metric: 'respiratory_rate', value: rounded(condition.respiration, 2), ...average },
      { metric: 'sleep_performance', value: rounded(condition.sleepScore), start, end, context: 'sleep' },
      ...sleepStages(own, { start, end }),
    ],
  });
  const noise = 0.5 * chance.bell();
  const recovery = (version: number, receivedAt: number) =>
    eventOf(own, 'whoop', {
      name: 'recovery',
      eventType: 'recovery',
      version,
      measuredAt: end,
      receivedAt,
      readings: [
        { metric: 'recovery_score', value: rounded(Math.min(99, condition.recovery + version)) },
        { metric: 'hrv_rmssd', value: rounded(condition.rmssd + noise - 0.4 * version, 3), ...average },
        { metric: 'resting_heart_rate', value: rounded(condition.pulse) },
        { metric: 'spo2', value: rounded(Math.min(100, condition.spo2), 2), ...average },
        {
          metric: 'skin_temp',
          value: rounded(own.person.body.traits.skinTemperature + condition.temperature, 2),
          ...average,
        },
      ],
    });
  const first = recovery(0, scored + 4000);
  const again = scored + Math.round(chance.between(40, 120) * minuteMs);
  return chance.happens(0.08) ? [sleep, first, recovery(1, again)] : [sleep, first];
}

function strainOf(own: DeviceDay): SimulatedEvent[] {
  const { day, chance } = own;
  const hour = Math.min(day.bed, 23.9);
  const value = rounded(5.5 + 8.5 * effortOf(day.plan.workouts[0]) + 0.6 * chance.bell(), 1);
  return [
    eventOf(own, 'whoop', {
      name: 'cycle',
      eventType: 'cycle',
      measuredAt: timeAt(day, hour),
      receivedAt: timeAt(day, hour) + Math.round(chance.between(1, 20) * minuteMs),
      readings: [{ metric: 'strain', value }],
    }),
  ];
}
