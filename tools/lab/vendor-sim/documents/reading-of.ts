import type { MetricName } from '@bridge/contracts';
import type { SimulatedEvent, SimulatedReading } from '../../simulate/devices/simulated-event.ts';

/** The first reading of a metric; undefined when the event says nothing of it. */
export function readingOf(event: SimulatedEvent, metric: MetricName): SimulatedReading | undefined {
  return event.readings.find((reading) => reading.metric === metric);
}

/** @throws RangeError when the event says nothing of it. */
export function valueOf(event: SimulatedEvent, metric: MetricName): number {
  const reading = readingOf(event, metric);
  if (!reading) throw new RangeError(`${event.objectId} has no ${metric}`);
  return reading.value;
}

/** From when to when its readings were taken; undefined when they were taken at one moment. */
export function spanOf({ readings }: SimulatedEvent): { start: number; end: number } | undefined {
  for (const { start, end } of readings) {
    if (start !== undefined && end !== undefined) return { start, end };
  }
  return undefined;
}
