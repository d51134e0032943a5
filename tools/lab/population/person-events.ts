import type { BiometricEvent } from '@bridge/contracts';
import { planDay } from './day-plan.ts';
import { equipment, type DeviceKind } from './device-classes.ts';
import { acuteReadings } from './devices/acute.ts';
import type { DeviceDay } from './devices/device-day.ts';
import { ringDay } from './devices/ring.ts';
import { strapDay } from './devices/strap.ts';
import { watchDay } from './devices/watch.ts';
import { toBiometricEvent, type EventDraft } from './event-draft.ts';
import { createNights } from './nights.ts';
import type { Person } from './person.ts';

const eventsOfDay: Readonly<Record<DeviceKind, (own: DeviceDay) => EventDraft[]>> = {
  ring: ringDay,
  strap: strapDay,
  watch: watchDay,
};

/**
 * All events of a person's first days, in order of arrival, made as they are asked for: a watch sends 150,000 a year.
 * Events that arrive after the last day are left out.
 */
export function* personEvents(person: Person, days: number): Generator<BiometricEvent, void> {
  const nextNight = createNights(person);
  let pending: EventDraft[] = [];
  let plan = planDay(person, 0);
  let nr = 0;
  for (let day = 0; day < days; day++) {
    const next = planDay(person, day + 1);
    pending.push(...draftsOf(person, { person, plan, next, night: nextNight(plan) }));
    pending.sort(inOrderOfArrival);
    // Nothing of the next day arrives before its night begins.
    const known = firstAfter(pending, next.night.from);
    for (const draft of pending.slice(0, known)) yield toBiometricEvent(draft, person, nr++);
    pending = pending.slice(known);
    plan = next;
  }
}

function draftsOf(person: Person, own: DeviceDay): EventDraft[] {
  const ofDevices = equipment[person.deviceClass].devices.flatMap((device) => eventsOfDay[device](own));
  return [...ofDevices, ...acuteReadings(person, own.plan)];
}

function inOrderOfArrival(one: EventDraft, other: EventDraft): number {
  return one.receivedAt - other.receivedAt || one.at - other.at;
}

function firstAfter(drafts: readonly EventDraft[], time: number): number {
  const found = drafts.findIndex(({ receivedAt }) => receivedAt >= time);
  return found === -1 ? drafts.length : found;
}
