import type { BiometricEvent } from '@bridge/contracts';
import { applyEvent, emptyDelta, type EventDelta } from './apply-event.ts';
import { readClock, type ClockFinding } from './clocks.ts';
import { deviceIndex, sourceIndex, type Draft } from './draft.ts';
import type { KnownEvents } from './known-events.ts';
import type { RuleSet } from './rule-set.ts';
import { signalsOf, type Signals } from './signals.ts';
import { isAdult } from './view.ts';

type Intake = {
  readonly event: BiometricEvent;
  readonly signals: Signals;
  readonly known: KnownEvents;
  readonly now: number;
  readonly isTraced: boolean;
};

/** Takes an event into a state: its profile, or its readings at the times that count. */
export function takeEvent(
  draft: Draft,
  { event, signals, known, now, isTraced }: Intake,
  rules: RuleSet,
): { readonly delta: EventDelta; readonly clock: ClockFinding['flag'] } {
  if (event.profile !== undefined) draft.profile = { ...draft.profile, ...event.profile };
  if (event.event_type === 'profile' || event.event_type === 'answer')
    return { delta: emptyDelta(), clock: null };
  const { shift, flag } = clockOf(draft, event, rules);
  const own = shift === 0 ? signals : signalsOf(event, rules, shift);
  const delta = applyEvent(draft, event, own, {
    now,
    known,
    policy: rules,
    isAdult: isAdult(draft, now, rules),
    isTraced,
  });
  return { delta, clock: flag };
}

function clockOf(draft: Draft, event: BiometricEvent, rules: RuleSet): ClockFinding {
  if (event.provenance.flags.length === 0) return { shift: 0, flag: null };
  return readClock(draft, event, deviceIndex(draft, event, sourceIndex(draft, event.source)), rules);
}
