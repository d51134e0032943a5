import { hourMs, minuteMs, secondMs } from '../clock.ts';
import type { DayPlan } from '../day-plan.ts';
import { equipment, type DeviceKind } from '../device-classes.ts';
import { acuteHour, type AcuteEpisode } from '../episodes.ts';
import { rounded, type EventDraft, type ReadingDraft } from '../event-draft.ts';
import type { Person } from '../person.ts';
import { randomFor } from '../random.ts';
import { watchDevice } from './watch.ts';

const delayMs = 10 * secondMs;
const sourceOf = {
  ring: { source: 'oura' },
  strap: { source: 'whoop' },
  watch: watchDevice,
} as const satisfies Record<DeviceKind, { readonly source: string; readonly deviceId?: string }>;

/** Live readings of the episode's own: of the person's first device, at rest; a temperature is taken by hand. */
export function acuteReadings(person: Person, plan: DayPlan): EventDraft[] {
  const { episode } = person;
  if (episode?.kind !== 'acute' || episode.day !== plan.day) return [];
  const random = randomFor(person.seed, 'acute');
  const own = Array.from({ length: episode.readings }, (_, nr) => {
    const at = firstReadingAt(plan) + nr * episode.everyMs;
    const value = episode.value + (episode.metric === 'heart_rate' ? rounded(2 * random.normal()) : 0);
    return draftOf(
      person,
      plan,
      { at, receivedAt: at + delayMs },
      { metric: episode.metric, value, end: at },
    );
  });
  return [...otherDevice(person, plan, episode), ...own];
}

export function firstReadingAt({ midnightMs }: DayPlan): number {
  return midnightMs + acuteHour * hourMs;
}

/** When the reading of that number has arrived, from 1 on. */
export function acuteArrival(plan: DayPlan, { everyMs }: AcuteEpisode, nr: number): number {
  return firstReadingAt(plan) + (nr - 1) * everyMs + delayMs;
}

type Times = { readonly at: number; readonly receivedAt: number };

function draftOf(person: Person, plan: DayPlan, times: Times, reading: ReadingDraft): EventDraft {
  const isTaken = reading.metric === 'body_temperature';
  const { devices, motionKnown } = equipment[person.deviceClass];
  const device = isTaken ? { source: 'manual' } : sourceOf[devices[0] ?? 'ring'];
  const rest = motionKnown > 0 ? ({ motion: 'sedentary' } as const) : ({ context: 'rest' } as const);
  return {
    ...device,
    eventType: reading.metric,
    objectId: `acute/${times.at}`,
    ...times,
    offsetMinutes: plan.offsetMinutes,
    readings: [{ ...reading, ...(!isTaken && rest) }],
  };
}

/** One ordinary pulse half a minute before, dated by a clock that is ahead. */
function otherDevice(person: Person, plan: DayPlan, episode: AcuteEpisode): EventDraft[] {
  if (episode.otherClockAheadMs === 0) return [];
  const receivedAt = firstReadingAt(plan) - minuteMs / 2;
  const at = receivedAt + episode.otherClockAheadMs;
  const reading: ReadingDraft = { metric: 'heart_rate', value: 72, end: at };
  const draft = draftOf(person, plan, { at, receivedAt }, reading);
  return [{ ...draft, deviceId: 'ffeeddccbbaa9988', objectId: `ahead/${at}` }];
}
