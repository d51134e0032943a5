import type { SimulatedEvent } from './simulated-event.ts';

/** As the bridge gets them, of one person or of several. */
export function inOrderOfArrival(events: readonly SimulatedEvent[]): SimulatedEvent[] {
  return events.toSorted((a, b) => a.receivedAt - b.receivedAt);
}
