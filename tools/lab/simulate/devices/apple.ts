import { minuteMs } from '../life/day-number.ts';
import { isAsleep, isWorn, timeAt } from '../life/lived-day.ts';
import { pulseAt } from '../life/pulse.ts';
import { eventOf, rounded, type DeviceDay, type SimulatedEvent } from './simulated-event.ts';
import { sleepStages } from './sleep-stages.ts';
import { workoutOf } from './workout.ts';

/** A watch: pulse all day, SDNN now and then, steps by ten minutes, workouts at their end, the night after waking. */
export function appleDay(own: DeviceDay): SimulatedEvent[] {
  const workout = workoutOf(own, 'apple');
  return [...workout, ...pulses(own), ...variability(own), ...steps(own), ...nightOf(own)];
}

function pulses(own: DeviceDay): SimulatedEvent[] {
  const { person, day, chance } = own;
  const every = person.profile.pulseEveryMinutes / 60;
  return Array.from(
    { length: Math.floor((day.bed - day.night.start) / every) },
    (_, nr) => day.night.start + (nr + chance.between(0, 0.9)) * every,
  ).flatMap((hour, nr) => {
    const pulse = pulseAt(own, hour, chance);
    if (!pulse) return [];
    const measuredAt = timeAt(day, hour);
    return [
      eventOf(own, 'apple', {
        name: `heart-rate-${nr}`,
        eventType: 'heart_rate',
        measuredAt,
        receivedAt: soonAfter(own, measuredAt),
        readings: [
          {
            metric: 'heart_rate',
            value: rounded(pulse.perMinute),
            ...(pulse.context && { context: pulse.context }),
          },
        ],
      }),
    ];
  });
}

/** Apple's statistic is SDNN; it is taken in quiet minutes. */
function variability(own: DeviceDay): SimulatedEvent[] {
  const { day, condition, chance } = own;
  return [2, 6, 10, 14, 18, 21].flatMap((from) => {
    const hour = from + chance.between(0, 2);
    const value = rounded(condition.rmssd * (isAsleep(day, hour) ? 1.05 : 0.75) + 4 * chance.bell(), 1);
    if (!isWorn(day, hour)) return [];
    const measuredAt = timeAt(day, hour);
    return [
      eventOf(own, 'apple', {
        name: `hrv-${from}`,
        eventType: 'hrv',
        measuredAt,
        receivedAt: soonAfter(own, measuredAt),
        readings: [{ metric: 'hrv_sdnn', value, context: isAsleep(day, hour) ? 'sleep' : 'rest' }],
      }),
    ];
  });
}

function steps(own: DeviceDay): SimulatedEvent[] {
  const worn = timeAt(own.day, own.day.until);
  return own.day.slots.flatMap(({ from: start, until: end, steps: value }, nr) => {
    if (value === 0 || end > worn) return [];
    return [
      eventOf(own, 'apple', {
        name: `steps-${nr}`,
        eventType: 'steps',
        measuredAt: end,
        receivedAt: soonAfter(own, end),
        readings: [{ metric: 'steps', value, start, end, statistic: 'sum' }],
      }),
    ];
  });
}

function nightOf(own: DeviceDay): SimulatedEvent[] {
  const { person, day, condition, chance } = own;
  if (!day.isNightWorn) return [];
  const start = timeAt(day, day.night.start);
  const end = timeAt(day, day.night.end);
  const average = { start, end, context: 'sleep', statistic: 'average' } as const;
  return [
    eventOf(own, 'apple', {
      name: 'sleep',
      eventType: 'sleep',
      measuredAt: end,
      receivedAt: end + Math.round(chance.between(5, 30) * minuteMs),
      readings: [
        { metric: 'respiratory_rate', value: rounded(condition.respiration, 1), ...average },
        { metric: 'spo2', value: rounded(Math.min(100, condition.spo2 + 0.4 * chance.bell())), ...average },
        {
          metric: 'skin_temp',
          value: rounded(person.body.traits.skinTemperature + condition.temperature, 2),
          ...average,
        },
        { metric: 'resting_heart_rate', value: rounded(condition.pulse) },
        ...sleepStages(own, { start, end }),
      ],
    }),
  ];
}

/** The phone passes samples on within half a minute. */
function soonAfter({ chance }: DeviceDay, measuredAt: number): number {
  return measuredAt + Math.round(chance.between(2, 30) * 1000);
}
