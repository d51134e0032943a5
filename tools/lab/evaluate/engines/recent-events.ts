import type { BiometricEvent } from '@bridge/contracts';
import { dayMs } from '../../population/clock.ts';

/** No rule asks for days further back: a usual of 28 days before a day that may itself lie two weeks back. */
const keptDays = 60;

type Range = { readonly from: number; readonly to: number };

/** A person's events of the last weeks by object and by day, for an engine that must look at earlier ones again. */
export function createRecentEvents() {
  const versions = new Map<string, BiometricEvent[]>();
  const days = new Map<number, Set<string>>();
  let oldest = Infinity;

  function forgetBefore(day: number): void {
    for (; oldest < day; oldest++) {
      for (const key of days.get(oldest) ?? []) versions.delete(key);
      days.delete(oldest);
    }
  }

  return {
    add: (event: BiometricEvent) => {
      const day = dayOf(event);
      const key = keyOf(event);
      const known = versions.get(key);
      if (known === undefined) versions.set(key, [event]);
      else known.push(event);
      const keys = days.get(day);
      if (keys === undefined) days.set(day, new Set([key]));
      else keys.add(key);
      oldest = Math.min(oldest, day);
      forgetBefore(day - keptDays);
    },
    versionsOf: (event: BiometricEvent): readonly BiometricEvent[] => versions.get(keyOf(event)) ?? [],
    /** Of every object the highest version that was measured then. */
    between: ({ from, to }: Range): BiometricEvent[] => {
      const keys = new Set<string>();
      for (let day = Math.floor(from / dayMs); day <= Math.floor(to / dayMs); day++) {
        for (const key of days.get(day) ?? []) keys.add(key);
      }
      return [...keys].flatMap((key) => {
        const [first, ...others] = versions.get(key) ?? [];
        if (first === undefined) return [];
        const newest = others.reduce((one, other) => (other.version > one.version ? other : one), first);
        const at = Date.parse(newest.timestamp);
        return newest.operation !== 'delete' && at >= from && at <= to ? [newest] : [];
      });
    },
  };
}

const keyOf = ({ source, provenance, event_id }: BiometricEvent) =>
  provenance.object_id === undefined ? event_id : `${source}/${provenance.object_id}`;
const dayOf = ({ timestamp }: BiometricEvent) => Math.floor(Date.parse(timestamp) / dayMs);
