import { minuteMs } from '../life/day-number.ts';
import { timeAt, type Day } from '../life/lived-day.ts';
import { pulseAt } from '../life/pulse.ts';
import {
  eventOf,
  rounded,
  type DeviceDay,
  type SimulatedEvent,
  type SimulatedReading,
} from './simulated-event.ts';
import { sleepStages } from './sleep-stages.ts';
import { workoutOf } from './workout.ts';

/** A ring: the night arrives when its owner opens the app in the morning; the pulse comes along every half hour. */
export function ouraDay(own: DeviceDay): SimulatedEvent[] {
  const { day } = own;
  const workout = workoutOf(own, 'oura');
  const series = halfHoursOf(day).flatMap((hour) => pulseSeries(own, hour));
  return [...nightOf(own), ...workout, ...series];
}

function nightOf(own: DeviceDay): SimulatedEvent[] {
  const { day, condition, chance } = own;
  if (!day.isNightWorn) return [];
  const start = timeAt(day, day.night.start);
  const end = timeAt(day, day.night.end);
  const opened = end + chance.between(5, 45) * minuteMs;
  const average = { start, end, context: 'sleep', statistic: 'average' } as const;
  const event = (name: string, afterMs: number, readings: SimulatedReading[]) =>
    eventOf(own, 'oura', {
      name,
      eventType: name,
      measuredAt: end,
      receivedAt: Math.round(opened + afterMs),
      readings,
    });
  return [
    event('sleep', 0, [
      { metric: 'hrv_rmssd', value: rounded(condition.rmssd + 0.5 * chance.bell()), ...average },
      {
        metric: 'heart_rate',
        value: rounded(condition.pulse + 4 + 0.3 * chance.bell(), 1),
        ...average,
      },
      { metric: 'respiratory_rate', value: rounded(condition.respiration, 2), ...average },
      ...sleepStages(own, { start, end }),
    ]),
    event('readiness', chance.between(200, 900), [
      { metric: 'readiness_score', value: rounded(condition.readiness) },
      { metric: 'sleep_score', value: rounded(condition.sleepScore) },
      { metric: 'resting_heart_rate', value: rounded(condition.pulse, 1) },
      { metric: 'skin_temp_deviation', value: rounded(condition.temperature, 2) },
    ]),
    event('spo2', chance.between(1000, 3000), [
      { metric: 'spo2', value: rounded(Math.min(100, condition.spo2 + 0.2 * chance.bell()), 1), ...average },
    ]),
  ];
}

function halfHoursOf(day: Day): number[] {
  const first = Math.ceil(2 * day.night.start);
  return Array.from({ length: Math.floor(2 * day.bed) - first }, (_, nr) => (first + nr) / 2);
}

/** One event with a sample every five minutes of the half hour from `hour` on. */
function pulseSeries(own: DeviceDay, hour: number): SimulatedEvent[] {
  const { day, chance } = own;
  const readings = [5, 10, 15, 20, 25, 30].flatMap((minutes): SimulatedReading[] => {
    const at = hour + minutes / 60;
    const pulse = pulseAt(own, at, chance);
    if (!pulse) return [];
    const { perMinute, context } = pulse;
    const end = timeAt(day, at);
    return [{ metric: 'heart_rate', value: rounded(perMinute), end, ...(context && { context }) }];
  });
  const last = readings.at(-1);
  if (last?.end === undefined) return [];
  const receivedAt = last.end + Math.round(chance.between(5, 60) * 1000);
  const name = `heart-rate-${hour}`;
  return [
    eventOf(own, 'oura', { name, eventType: 'heart_rate', measuredAt: last.end, receivedAt, readings }),
  ];
}
