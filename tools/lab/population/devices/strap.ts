import { rounded, type EventDraft } from '../event-draft.ts';
import { randomFor } from '../random.ts';
import { calibrationOf, dateOf, nightArrival, type DeviceDay } from './device-day.ts';
import { workoutDocument } from './workout-document.ts';

/** Another vendor's strap, for a person who changes from one to the other. */
const secondStrap = 'second-strap';

/** A strap: the sleep, what the night did, the cycle that the night ended, workouts. */
export function strapDay(own: DeviceDay): EventDraft[] {
  const { person, plan } = own;
  const { episode } = person;
  const isSwapped = episode?.kind === 'device_swap' && plan.day >= episode.day;
  const source = isSwapped ? secondStrap : 'whoop';
  const factor = calibrationOf(person, 'strap') * (isSwapped ? episode.factor : 1);
  return [
    ...(plan.isNightWorn ? nightDocuments(own, source, factor) : []),
    ...(plan.worn
      ? plan.workouts.map((workout) => workoutDocument(workout, plan, { source, hasPulse: true }))
      : []),
  ];
}

function nightDocuments({ person, plan, night }: DeviceDay, source: string, factor: number): EventDraft[] {
  const random = randomFor(person.seed, 'strap', plan.day);
  const receivedAt = nightArrival(plan.night.until, random);
  const asleep = { start: plan.night.from, end: plan.night.until, context: 'sleep' } as const;
  const average = { ...asleep, statistic: 'average' } as const;
  const common = { source, at: plan.night.until, offsetMinutes: plan.offsetMinutes, receivedAt };
  const rmssd = night.rmssd * factor * Math.exp(0.03 * random.normal());
  const skin = person.traits.skinTemperature + night.temperature + 0.05 * random.normal();
  const date = dateOf(plan);
  return [
    {
      ...common,
      eventType: 'sleep',
      objectId: `sleep/${date}`,
      readings: [
        {
          metric: 'respiratory_rate',
          value: rounded(night.respiration + 0.15 * random.normal(), 1),
          ...average,
        },
        { metric: 'sleep_duration', value: 0.9 * ((asleep.end - asleep.start) / 1000), ...asleep },
      ],
    },
    {
      ...common,
      eventType: 'recovery',
      objectId: `recovery/${date}`,
      readings: [
        { metric: 'recovery_score', value: night.recovery },
        { metric: 'hrv_rmssd', value: rounded(rmssd, 1), ...average },
        {
          metric: 'resting_heart_rate',
          value: rounded(night.pulse + 0.4 * random.normal()),
          start: asleep.start,
          end: asleep.end,
        },
        { metric: 'spo2', value: rounded(Math.min(100, night.spo2 + 0.3 * random.normal()), 1), ...average },
        { metric: 'skin_temp', value: rounded(skin, 2), ...average },
      ],
    },
    {
      ...common,
      eventType: 'cycle',
      objectId: `cycle/${date}`,
      readings: [{ metric: 'strain', value: rounded(random.between(4, 18), 1) }],
    },
  ];
}
