import { parseTimestamp, type BiometricEvent } from '@bridge/contracts';
import { metricBitsOf } from './metric-bits.ts';

/** A query for events of a person. */
export type EventRange = {
  /** By the event's timestamp, in ms since 1970, ends included. */
  readonly from: number;
  readonly to: number;
  /** The event contains at least one of these metrics, as bits: see `metric-bits.ts`. */
  readonly metrics: number;
};

/**
 * Events that were decided earlier, as far as a decision needs them: stored events that the caller loaded (see
 * `required-history.ts`) and earlier events of the same batch. If it knows an event, it must know all versions of its object.
 */
export type KnownEvents = {
  /** All known versions of the event's object except the event itself. */
  readonly versionsOf: (event: BiometricEvent) => readonly BiometricEvent[];
  /** The highest version of every object, if it lies in the range and is not a delete. */
  readonly between: (range: EventRange) => readonly BiometricEvent[];
};

export const nothingKnown: KnownEvents = { versionsOf: () => [], between: () => [] };

/** Identifies an object of one source. Content has no object, so it cannot be corrected. */
function objectKey({ source, provenance }: BiometricEvent): string | undefined {
  const { object_id, object_kind } = provenance;
  return object_id === undefined ? undefined : `${source}/${object_kind}/${object_id}`;
}

/** Collects the known events of one person; `add` each event after its decision. */
export function collectKnown(
  events: Iterable<BiometricEvent> = [],
): KnownEvents & { readonly add: (event: BiometricEvent) => void } {
  const objects = new Map<string, BiometricEvent[]>();
  /** Not indexed yet: for most persons nobody asks before the batch is over. */
  const added = [...events];
  const byObject = () => {
    for (const event of added.splice(0)) {
      const key = objectKey(event) ?? event.event_id;
      const versions = objects.get(key);
      if (versions === undefined) objects.set(key, [event]);
      else if (versions.every(({ event_id }) => event_id !== event.event_id)) versions.push(event);
    }
    return objects;
  };
  return {
    add: (event) => void added.push(event),
    versionsOf: (event) => {
      if (added.length === 0 && objects.size === 0) return [];
      const key = objectKey(event);
      const versions = key === undefined ? undefined : byObject().get(key);
      return versions?.filter(({ event_id }) => event_id !== event.event_id) ?? [];
    },
    between: ({ from, to, metrics }) => {
      const found: BiometricEvent[] = [];
      for (const versions of byObject().values()) {
        const event = highest(versions);
        if (event === undefined || event.operation === 'delete') continue;
        if ((metricBitsOf(event) & metrics) === 0) continue;
        const at = measuredAt(event);
        if (at >= from && at <= to) found.push(event);
      }
      return found;
    },
  };
}

export function highest(versions: readonly BiometricEvent[]): BiometricEvent | undefined {
  let found: BiometricEvent | undefined;
  for (const event of versions) if (found === undefined || event.version > found.version) found = event;
  return found;
}

/** When an event was measured; NaN when there is no such time. */
function measuredAt({ timestamp }: BiometricEvent): number {
  return epochOf(timestamp);
}

/** In ms since 1970; NaN when there is no such time. */
export function epochOf(timestamp: string): number {
  return parseTimestamp(timestamp)?.epochMs ?? Number.NaN;
}
