import { hourMs, minuteMs, secondMs } from '../clock.ts';
import type { DayPlan, Span } from '../day-plan.ts';
import { equipment } from '../device-classes.ts';
import { quietBeforeMs } from '../episodes.ts';
import { rounded, type EventDraft, type Motion } from '../event-draft.ts';
import { createPulse, type Pulse } from '../pulse-of-day.ts';
import { randomFor, type Random } from '../random.ts';
import { stepsOfDay, type StepSlot } from '../steps-of-day.ts';
import { dateOf, nightArrival, type DeviceDay } from './device-day.ts';
import { workoutDocument } from './workout-document.ts';

export const watchDevice = { source: 'apple', deviceId: 'a1b2c3d4e5f60718' } as const;

const pulseEveryMs = 5 * minuteMs;
const spo2EveryMs = 30 * minuteMs;
const artefacts = 1 / 500;
/** The watch's own samples end so long before the first reading of an acute episode. */
const takenBeforeMs = 10 * minuteMs;

/** A watch: pulse every five minutes, SpO2 every half hour, steps by ten minutes, the night after waking, workouts. */
export function watchDay(own: DeviceDay): EventDraft[] {
  const { person, plan, next, night } = own;
  const random = randomFor(person.seed, 'watch', plan.day);
  const slots = stepsOfDay(person, plan, next.night.from);
  const live = { plan, isWorn: wornAt(plan), random, motionKnown: equipment[person.deviceClass].motionKnown };
  const span = { from: plan.night.from, until: next.night.from };
  const pulseAt = createPulse(person, plan, night, slots);
  return [
    ...pulses(live, span, pulseAt),
    ...saturations(live, span, night.spo2, pulseAt),
    ...(plan.worn ? steps(live, slots) : []),
    ...(plan.worn ? [restingPulse(own, random)] : []),
    ...(plan.isNightWorn ? nightDocuments(own, random) : []),
    ...(plan.worn
      ? plan.workouts.map((workout) => workoutDocument(workout, plan, { ...watchDevice, hasPulse: true }))
      : []),
  ];
}

type Live = {
  readonly plan: DayPlan;
  readonly isWorn: (at: number) => boolean;
  readonly random: Random;
  readonly motionKnown: number;
};

/** An acute episode has readings of its own, so the watch's ordinary ones stay out of its way. */
function wornAt({ night, worn, isNightWorn, quiet }: DayPlan): (at: number) => boolean {
  const isTaken = (at: number) =>
    quiet !== undefined && at >= quiet.from + quietBeforeMs - takenBeforeMs && at < quiet.until;
  return (at) => {
    if (at < night.until) return isNightWorn;
    return worn !== undefined && at < worn.until && !isTaken(at);
  };
}

function pulses(
  { plan, isWorn, random, motionKnown }: Live,
  { from, until }: Span,
  pulseAt: (at: number, random: Random) => Pulse,
): EventDraft[] {
  const drafts: EventDraft[] = [];
  for (let tick = from; tick < until; tick += pulseEveryMs) {
    const at = tick + random.below(60) * secondMs;
    const { perMinute, motion } = pulseAt(at, random);
    const seen = random.happens(motionKnown) ? motion : undefined;
    const value = Math.max(28, rounded(perMinute));
    if (isWorn(at)) drafts.push(liveReading('heart_rate', value, at, { plan, random, motion: seen }));
  }
  return drafts;
}

/** Samples around the night's mean; an artefact now and then. */
function saturations(
  { plan, isWorn, random, motionKnown }: Live,
  { from, until }: Span,
  mean: number,
  pulseAt: (at: number, random: Random) => Pulse,
): EventDraft[] {
  const drafts: EventDraft[] = [];
  for (let tick = from; tick < until; tick += spo2EveryMs) {
    const at = tick + random.below(300) * secondMs;
    const artefact = random.between(80, 92);
    const sample = Math.min(100, mean + 0.8 * random.normal());
    const value = rounded(random.happens(artefacts) ? artefact : sample);
    const seen = random.happens(motionKnown) ? pulseAt(at, random).motion : undefined;
    if (isWorn(at)) drafts.push(liveReading('spo2', value, at, { plan, random, motion: seen }));
  }
  return drafts;
}

type LiveReading = {
  readonly plan: DayPlan;
  readonly random: Random;
  readonly motion: Motion | undefined;
};

/** The phone passes samples on within half a minute. */
function liveReading(
  metric: 'heart_rate' | 'spo2',
  value: number,
  at: number,
  { plan, random, motion }: LiveReading,
): EventDraft {
  return {
    ...watchDevice,
    eventType: metric,
    objectId: `series/${metric}/${at}`,
    at,
    receivedAt: at + (2 + random.below(29)) * secondMs,
    offsetMinutes: plan.offsetMinutes,
    readings: [{ metric, value, end: at, motion }],
  };
}

function steps({ plan, isWorn, random }: Live, slots: readonly StepSlot[]): EventDraft[] {
  return slots.flatMap(({ from, until, steps: value }) => {
    const receivedAt = until + (5 + random.below(90)) * secondMs;
    if (value === 0 || !isWorn(from)) return [];
    return [
      {
        ...watchDevice,
        eventType: 'steps',
        objectId: `series/steps/${from}`,
        at: until,
        receivedAt,
        offsetMinutes: plan.offsetMinutes,
        readings: [{ metric: 'steps', value, start: from, end: until, statistic: 'sum' }],
      },
    ];
  });
}

/** Of the waking day, not of the night; known in the evening. */
function restingPulse({ person, plan, next, night }: DeviceDay, random: Random): EventDraft {
  const value = rounded(night.pulse + 0.5 * person.traits.awakeAbove + 0.8 * random.normal());
  const end = Math.min(plan.midnightMs + 21 * hourMs, next.night.from);
  return {
    ...watchDevice,
    eventType: 'heart_rate',
    objectId: `resting/${dateOf(plan)}`,
    at: end,
    receivedAt: end + random.below(600) * secondMs,
    offsetMinutes: plan.offsetMinutes,
    readings: [{ metric: 'resting_heart_rate', value, start: plan.night.until, end }],
  };
}

function nightDocuments({ person, plan, night }: DeviceDay, random: Random): EventDraft[] {
  const receivedAt = nightArrival(plan.night.until, random);
  const asleep = { start: plan.night.from, end: plan.night.until, context: 'sleep' } as const;
  const average = { ...asleep, statistic: 'average' } as const;
  const common = { ...watchDevice, at: plan.night.until, receivedAt, offsetMinutes: plan.offsetMinutes };
  const skin = person.traits.skinTemperature + night.temperature + 0.05 * random.normal();
  const date = dateOf(plan);
  return [
    {
      ...common,
      eventType: 'sleep',
      objectId: `sleep/${date}`,
      readings: [{ metric: 'sleep_duration', value: 0.9 * ((asleep.end - asleep.start) / 1000), ...asleep }],
    },
    {
      ...common,
      eventType: 'respiratory_rate',
      objectId: `respiration/${date}`,
      readings: [
        {
          metric: 'respiratory_rate',
          value: rounded(night.respiration + 0.15 * random.normal(), 1),
          ...average,
        },
      ],
    },
    {
      ...common,
      eventType: 'skin_temp',
      objectId: `temperature/${date}`,
      readings: [{ metric: 'skin_temp', value: rounded(skin, 2), ...average }],
    },
  ];
}
