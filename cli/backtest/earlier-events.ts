import type { BiometricEvent } from '@bridge/contracts';
import { metricBitsOf, type EventRange, type KnownEvents } from '@bridge/mode-policy';

/** A line of the file. */
export type Place = { readonly offset: number; readonly length: number };

const dayMs = 86_400_000;
/** A state keeps the values of 54 days, so older events change nothing any more. */
const keptDays = 60;

/** The lines that one decision looks at again are kept until the next, up to this many bytes. */
const keptBytes = 16 << 20;

/** Numbers per event in a day's list. */
const fields = { offset: 0, length: 1, at: 2, bits: 3, key: 4 } as const;
const size = Object.keys(fields).length;

/**
 * Where one person's events of the last weeks stand in the file: 40 bytes for each, and the events are read again when a
 * correction or a late reading asks for them.
 */
export function createEarlierEvents(read: (place: Place) => BiometricEvent | undefined): KnownEvents & {
  /** Whether the event stands in the file already. */
  readonly has: (event: BiometricEvent) => boolean;
  readonly add: (event: BiometricEvent, place: Place) => void;
} {
  const days = new Map<number, number[]>();
  /** The days on which an object was measured: its versions may differ in that. */
  const daysOfKey = new Map<number, number | readonly number[]>();
  let oldest = Infinity;
  let newest = -Infinity;
  /** By offset: a decision counts many days anew, and each asks for the same lines. */
  const again = new Map<number, BiometricEvent | undefined>();
  let bytesAgain = 0;

  function eventAt(place: Place): BiometricEvent | undefined {
    if (again.has(place.offset)) return again.get(place.offset);
    const event = read(place);
    if (bytesAgain + place.length <= keptBytes) {
      again.set(place.offset, event);
      bytesAgain += place.length;
    }
    return event;
  }

  function withKey(event: BiometricEvent): BiometricEvent[] {
    const key = keyOf(event);
    const own = daysOfKey.get(key);
    if (own === undefined) return [];
    const identity = identityOf(event);
    return (typeof own === 'number' ? [own] : own)
      .flatMap((day) => eventsOn(day, (list, at) => list[at + fields.key] === key))
      .filter((one) => identityOf(one) === identity);
  }

  function eventsOn(
    day: number,
    isAskedFor: (list: readonly number[], at: number) => boolean,
  ): BiometricEvent[] {
    const list = days.get(day) ?? [];
    const found: BiometricEvent[] = [];
    for (let at = 0; at < list.length; at += size) {
      if (!isAskedFor(list, at)) continue;
      const event = eventAt({ offset: list[at + fields.offset] ?? 0, length: list[at + fields.length] ?? 0 });
      if (event !== undefined) found.push(event);
    }
    return found;
  }

  function forgetOld(): void {
    for (; oldest < newest - keptDays; oldest += 1) {
      const list = days.get(oldest) ?? [];
      for (let at = fields.key; at < list.length; at += size) daysOfKey.delete(list[at] ?? 0);
      days.delete(oldest);
    }
  }

  return {
    has: (event) => withKey(event).some(({ event_id }) => event_id === event.event_id),
    add: (event, { offset, length }) => {
      again.clear();
      bytesAgain = 0;
      const [at, key] = [Date.parse(event.timestamp), keyOf(event)];
      const day = Math.floor(at / dayMs);
      if (day < newest - keptDays) return;
      const list = days.get(day) ?? [];
      list.push(offset, length, at, metricBitsOf(event), key);
      days.set(day, list);
      const known = daysOfKey.get(key);
      if (known === undefined) daysOfKey.set(key, day);
      else daysOfKey.set(key, [...new Set([known, day].flat())]);
      [oldest, newest] = [Math.min(oldest, day), Math.max(newest, day)];
      forgetOld();
    },
    versionsOf: (event) => withKey(event).filter(({ event_id }) => event_id !== event.event_id),
    between: ({ from, to, metrics }: EventRange) => {
      const found: BiometricEvent[] = [];
      for (let day = Math.floor(from / dayMs); day <= Math.floor(to / dayMs); day += 1) {
        const inRange = (list: readonly number[], at: number) => {
          const time = list[at + fields.at] ?? 0;
          return time >= from && time <= to && ((list[at + fields.bits] ?? 0) & metrics) !== 0;
        };
        found.push(...eventsOn(day, inRange));
      }
      return found.filter((event) => event.operation !== 'delete' && isHighest(event, withKey(event)));
    },
  };
}

function isHighest({ version }: BiometricEvent, versions: readonly BiometricEvent[]): boolean {
  return versions.every((other) => other.version <= version);
}

/** The identity of an event's object among those of one person; an event without an object is its own. */
function identityOf({ source, provenance, event_id }: BiometricEvent): string {
  const { object_id: id, object_kind: kind } = provenance;
  return id === undefined ? event_id : `${source}/${kind}/${id}`;
}

/** 52 bits of FNV-1a in two halves; objects that share a key are distinguished by their identity. */
function keyOf(event: BiometricEvent): number {
  const text = identityOf(event);
  let [low, high] = [0x811c9dc5, 0x9dc5811c];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995);
  }
  return (low >>> 0) + ((high >>> 12) & 0xfffff) * 2 ** 32;
}
