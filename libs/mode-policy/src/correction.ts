import type { BiometricEvent } from '@bridge/contracts';
import { seriesDayOf, type HistoryContext, type SeriesDay } from './history.ts';
import { highest } from './known-events.ts';
import { eventMark } from './person-state.ts';
import { signalsOf } from './signals.ts';

/** The relation of an event to the other versions of its object. */
export type Correction = {
  /** A higher version was decided on before: this one changes nothing. */
  readonly isSuperseded: boolean;
  /** Events whose contribution is retracted. */
  readonly replaced: readonly BiometricEvent[];
  readonly marks: ReadonlySet<string>;
  /** Days to which the replaced version contributed. */
  readonly days: readonly SeriesDay[];
};

const none: Correction = { isSuperseded: false, replaced: [], marks: new Set(), days: [] };

/** The highest version of an object wins, whatever the order of arrival. */
export function correctionOf(event: BiometricEvent, context: HistoryContext): Correction {
  const versions = context.known.versionsOf(event);
  const last = highest(versions);
  if (last === undefined) return none;
  if (last.version > event.version) return { ...none, isSuperseded: true };
  return {
    isSuperseded: false,
    replaced: versions,
    marks: new Set(versions.map(({ event_id }) => eventMark(event_id))),
    days: daysOf(last, context),
  };
}

function daysOf(event: BiometricEvent, context: HistoryContext): SeriesDay[] {
  const days = new Map<string, SeriesDay>();
  const { all, measured } = signalsOf(event, context.policy);
  for (const signal of all) {
    const place = seriesDayOf(signal, measured, context);
    if (place !== undefined) days.set(`${place.series}/${place.day}`, place);
  }
  return [...days.values()];
}
