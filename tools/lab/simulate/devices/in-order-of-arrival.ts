import type { SimulatedEvent } from './simulated-event.ts';

/** Sorts the events of one or several persons as the bridge receives them. */
export function inOrderOfArrival(events: readonly SimulatedEvent[]): SimulatedEvent[] {
  return events.toSorted((a, b) => a.receivedAt - b.receivedAt);
}
