import { hourMs, minuteMs } from '../clock.ts';
import type { DayPlan } from '../day-plan.ts';
import { rounded, type EventDraft, type ReadingDraft } from '../event-draft.ts';
import { randomFor, type Random } from '../random.ts';
import { calibrationOf, dateOf, nightArrival, type DeviceDay } from './device-day.ts';
import { workoutDocument } from './workout-document.ts';

/** Another vendor's ring, for a person who changes from one to the other. */
const secondRing = 'second-ring';

const sampleMs = 5 * minuteMs;

/** A ring: the night with its samples, the day's documents without a time, steps so far, workouts. */
export function ringDay(own: DeviceDay): EventDraft[] {
  const { person, plan, next } = own;
  const random = randomFor(person.seed, 'ring', plan.day);
  const { episode } = person;
  const isSwapped = episode?.kind === 'device_swap' && plan.day >= episode.day;
  const source = isSwapped ? secondRing : 'oura';
  const factor = calibrationOf(person, 'ring') * (isSwapped ? episode.factor : 1);
  const receivedAt = nightArrival(plan.night.until, random);
  const nextArrival = nightArrival(next.night.until, randomFor(person.seed, 'ring', plan.day + 1));
  return [
    ...(plan.isNightWorn ? nightDocuments(own, { source, factor, receivedAt, random }) : []),
    ...(plan.worn ? activityDocuments(own, source, nextArrival, random) : []),
    ...(plan.worn
      ? plan.workouts.map((workout) => workoutDocument(workout, plan, { source, hasPulse: false }))
      : []),
  ];
}

type NightFacts = {
  readonly source: string;
  readonly factor: number;
  readonly receivedAt: number;
  readonly random: Random;
};

function nightDocuments({ plan, night }: DeviceDay, facts: NightFacts): EventDraft[] {
  const { source, factor, receivedAt, random } = facts;
  const { offsetMinutes } = plan;
  const rmssd = night.rmssd * factor * Math.exp(0.03 * random.normal());
  const pulse = night.pulse + 0.4 * random.normal();
  const asleep = { start: plan.night.from, end: plan.night.until, context: 'sleep' } as const;
  const average = { ...asleep, statistic: 'average' } as const;
  const date = dateOf(plan);
  const common = { source, offsetMinutes, receivedAt };
  const ofDay = { ...common, ...noonOf(plan, receivedAt), flags: ['time_assumed'] };
  const breath = night.respiration + 0.15 * random.normal();
  const temperature = rounded(night.temperature + 0.05 * random.normal(), 2);
  const saturation = rounded(Math.min(100, night.spo2 + 0.3 * random.normal()), 1);
  return [
    {
      ...common,
      eventType: 'sleep',
      objectId: `sleep/${date}`,
      at: plan.night.until,
      readings: [
        { metric: 'hrv_rmssd', value: rounded(rmssd), ...average },
        { metric: 'heart_rate', value: rounded(pulse + 4, 1), ...average },
        { metric: 'heart_rate', value: rounded(pulse - 1), ...asleep, statistic: 'minimum' },
        { metric: 'respiratory_rate', value: rounded(breath, 1), ...average },
        ...samples(plan, { rmssd, pulse: pulse + 4 }, random),
        { metric: 'sleep_duration', value: 0.9 * ((asleep.end - asleep.start) / 1000), ...asleep },
      ],
    },
    {
      ...ofDay,
      eventType: 'readiness',
      objectId: `readiness/${date}`,
      readings: [
        { metric: 'readiness_score', value: night.readiness },
        { metric: 'skin_temp_deviation', value: temperature, context: 'sleep' },
      ],
    },
    {
      ...ofDay,
      eventType: 'spo2',
      objectId: `spo2/${date}`,
      readings: [{ metric: 'spo2', value: saturation, context: 'sleep', statistic: 'average' }],
    },
  ];
}

/** Every five minutes; within a night RMSSD varies as much as from night to night. */
function samples(
  { night }: DayPlan,
  { rmssd, pulse }: { readonly rmssd: number; readonly pulse: number },
  { normal }: Random,
): ReadingDraft[] {
  const readings: ReadingDraft[] = [];
  for (let end = night.from + sampleMs; end <= night.until; end += sampleMs) {
    const asleep = { end, context: 'sleep' } as const;
    readings.push(
      { metric: 'heart_rate', value: Math.max(30, rounded(pulse + 2 * normal())), ...asleep },
      {
        metric: 'hrv_rmssd',
        value: Math.min(299, Math.max(3, rounded(rmssd * Math.exp(0.2 * normal())))),
        ...asleep,
      },
    );
  }
  return readings;
}

/** In the afternoon, in the evening and, final, with the next morning's documents. */
function activityDocuments(
  { person, plan, next }: DeviceDay,
  source: string,
  finalAt: number,
  { between }: Random,
): EventDraft[] {
  const total = person.traits.steps * plan.stepsFactor;
  const evening = Math.min(plan.midnightMs + between(20.5, 22.5) * hourMs, next.night.from);
  const looks = [
    { share: between(0.5, 0.7), receivedAt: plan.midnightMs + between(15, 17) * hourMs },
    { share: between(0.88, 0.97), receivedAt: evening },
    { share: 1, receivedAt: finalAt },
  ];
  return looks.map(({ share, receivedAt }, version) => ({
    source,
    eventType: 'daily_activity',
    objectId: `daily_activity/${dateOf(plan)}`,
    version,
    ...noonOf(plan, receivedAt),
    receivedAt,
    offsetMinutes: plan.offsetMinutes,
    readings: [{ metric: 'steps', value: rounded(total * share), statistic: 'sum' }],
    flags: ['time_assumed'],
  }));
}

/** A document about a day counts as measured at its noon, but never after it arrived. */
function noonOf({ midnightMs }: DayPlan, receivedAt: number): { readonly at: number } {
  return { at: Math.min(midnightMs + 12 * hourMs, receivedAt) };
}
