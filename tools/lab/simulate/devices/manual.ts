import { chanceOf } from '../life/chance.ts';
import { timeAt } from '../life/lived-day.ts';
import {
  eventOf,
  rounded,
  type DeviceDay,
  type SimulatedEvent,
  type SimulatedReading,
} from './simulated-event.ts';

/** A diary: weight and temperature in the morning, how tense the day was in the evening. */
export function manualDay(own: DeviceDay): SimulatedEvent[] {
  const { person, day, condition, chance } = own;
  const weight = rounded(chanceOf(person.seed, 'weight').between(54, 92) + 0.4 * chance.bell(), 1);
  const temperature = rounded(36.6 + 0.12 * chance.bell() + day.plan.effect.temperature, 1);
  const stress = rounded(0.35 + 0.07 * chance.bell() + 0.1 * day.plan.effect.temperature, 2);
  const morning = day.night.end + chance.between(0.2, 0.6);
  return [
    ...entry(own, morning, 'weight', [{ metric: 'weight', value: weight }]),
    ...entry(own, morning + 0.05, 'body_temperature', [
      { metric: 'body_temperature', value: temperature, context: 'rest' },
      {
        metric: 'blood_pressure_systolic',
        value: rounded(112 + 6 * chance.bell() + condition.pulse / 8),
      },
      { metric: 'blood_pressure_diastolic', value: rounded(74 + 4 * chance.bell()) },
    ]),
    ...entry(own, chance.between(19, 21.5), 'stress', [{ metric: 'stress_level', value: stress }]),
  ];
}

function entry(
  own: DeviceDay,
  hour: number,
  eventType: string,
  readings: readonly SimulatedReading[],
): SimulatedEvent[] {
  const measuredAt = timeAt(own.day, hour);
  const receivedAt = measuredAt + 1500;
  return [eventOf(own, 'manual', { name: eventType, eventType, measuredAt, receivedAt, readings })];
}
