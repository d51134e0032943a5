import { chanceOf } from '../life/chance.ts';
import { dayMs, hourMs } from '../life/day-number.ts';
import type { Person } from '../life/person.ts';
import type { SimulatedEvent } from './simulated-event.ts';
import type { SimulatedSource } from '../life/profile.ts';

const weekMs = 7 * dayMs;

/** A span in which one device measures nothing, or measures and cannot send. */
export type Gap = { readonly kind: 'off' | 'unsynced'; readonly start: number; readonly end: number };

/** At most one a week and device, within the week, so that a week can be drawn without the one before. */
export function gapIn({ seed, profile }: Person, source: SimulatedSource, week: number): Gap | undefined {
  const chance = chanceOf(seed, 'gap', source, week);
  if (!chance.happens(profile.gapsPerWeek)) return undefined;
  const start = week * weekMs + Math.round(chance.between(0, 6 * dayMs));
  const end = start + Math.round(chance.between(3, 14) * hourMs);
  return { kind: chance.happens(0.5) ? 'off' : 'unsynced', start, end };
}

/** The events that are left, with the times at which they come through. */
export function withGaps(person: Person, events: readonly SimulatedEvent[]): SimulatedEvent[] {
  return events.flatMap((event) => {
    const off = gapAround(person, event.source, event.measuredAt);
    if (off?.kind === 'off') return [];
    const unsynced = gapAround(person, event.source, event.receivedAt);
    if (unsynced?.kind !== 'unsynced') return [event];
    return [{ ...event, receivedAt: inBulk(unsynced, event.receivedAt) }];
  });
}

/** All within seconds after the gap, in the order in which they would have come. */
function inBulk({ start, end }: Gap, at: number): number {
  return end + Math.round((at - start) / 4000);
}

function gapAround(person: Person, source: SimulatedSource, at: number): Gap | undefined {
  const gap = gapIn(person, source, Math.floor(at / weekMs));
  return gap && at >= gap.start && at < gap.end ? gap : undefined;
}
