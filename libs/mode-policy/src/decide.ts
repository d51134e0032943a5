import { parseTimestamp, type BiometricEvent } from '@bridge/contracts';
import { absorb } from './apply-event.ts';
import { conclude, type Decision } from './conclude.ts';
import { nothingKnown, type KnownEvents } from './known-events.ts';
import { passTime } from './run-due-ticks.ts';
import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import type { Signals } from './signals.ts';
import { createView } from './view.ts';

export type { Decision } from './conclude.ts';

/** What is to be decided on for one person. */
export type Command =
  | {
      readonly kind: 'event';
      readonly event: BiometricEvent;
      /** `signalsOf(event, rules)`. */
      readonly signals: Signals;
      /** Earlier events, as far as `needs.ts` asks for them. */
      readonly known?: KnownEvents;
    }
  /** Time passed: everything that became due up to then, in ms since 1970. */
  | { readonly kind: 'tick'; readonly userId: string; readonly due: number };

/**
 * What one event, or the passing of time, means for one person. Pure: the same state, command and rules always give
 * the same decisions. Ticks that are due by then come first, each a decision of its own at its due time; an event is
 * always the last decision of the list, a tick's list may be empty. Throws `EventsMissing` when earlier events are
 * needed and `known` is absent.
 */
export function decide(before: PersonState, command: Command, rules: RuleSet): readonly Decision[] {
  if (command.kind === 'tick') return passTime(before, command.due, command.userId, rules);
  const { event, signals, known = nothingKnown } = command;
  const now = Math.max(before.now, parseTimestamp(event.received_at)?.epochMs ?? 0);
  const decisions = passTime(before, now, event.user_id, rules);
  const state = evolve(before, decisions);
  const { absorbed, brought, isRevised, isNightNew } = absorb(state, event, signals, { now, known, rules });
  const view = createView(absorbed, now, brought, rules);
  const cause = { event_id: event.event_id };
  decisions.push(conclude(view, { before: state, userId: event.user_id, cause, isRevised, isNightNew }));
  return decisions;
}

/** The state that the person has after the decisions. */
export function evolve(before: PersonState, decisions: readonly Decision[]): PersonState {
  return decisions.at(-1)?.state ?? before;
}
