import type { BiometricEvent } from '@bridge/contracts';
import { laneDayOf, type HistoryContext, type LaneDay } from './history.ts';
import { highest, type KnownEvents } from './known-events.ts';
import { laneNumber } from './lane-kinds.ts';
import { eventMark } from './person-state.ts';
import { signalsOf, type Signals } from './signals.ts';
import { stepDayOf } from './step-days.ts';

/** The relation of an event to the other versions of its object. */
export type Correction = {
  /** A higher version was decided on before: this one changes nothing. */
  readonly isSuperseded: boolean;
  /** Events whose contribution is retracted. */
  readonly replaced: readonly BiometricEvent[];
  readonly marks: ReadonlySet<string>;
  /** The signals of the version that counted until now. */
  readonly signals: Signals | undefined;
  /** Days to which it contributed. */
  readonly days: readonly LaneDay[];
};

const none: Correction = {
  isSuperseded: false,
  replaced: [],
  marks: new Set(),
  signals: undefined,
  days: [],
};

/** The highest version of an object wins, whatever the order of arrival. */
export function correctionOf(
  event: BiometricEvent,
  known: KnownEvents,
  context: Omit<HistoryContext, 'known' | 'now'>,
): Correction {
  const versions = known.versionsOf(event);
  const last = highest(versions);
  if (last === undefined) return none;
  if (last.version > event.version) return { ...none, isSuperseded: true };
  const signals = signalsOf(last, context.policy);
  return {
    isSuperseded: false,
    replaced: versions,
    marks: new Set(versions.map(({ event_id }) => eventMark(event_id))),
    signals,
    days: daysOf(signals, context),
  };
}

function daysOf(signals: Signals, context: Omit<HistoryContext, 'known' | 'now'>): LaneDay[] {
  const days = new Map<string, LaneDay>();
  for (const signal of signals.all) {
    const place = laneDayOf(signal, signals.measured, context);
    if (place !== undefined) days.set(`${place.kind}/${place.day}`, place);
  }
  for (const count of signals.steps) {
    const { day } = stepDayOf(count, context.offsetAt);
    days.set(`steps/${day}`, { kind: stepsKind, source: context.source, day });
  }
  return [...days.values()];
}

const stepsKind = laneNumber('steps');
