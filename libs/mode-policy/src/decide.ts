import { parseTimestamp, type BiometricEvent } from '@bridge/contracts';
import { applyEvent } from './apply-event.ts';
import { conclude, type Decision } from './conclude.ts';
import { nothingKnown, type KnownEvents } from './known-events.ts';
import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { runDueTicks } from './run-due-ticks.ts';
import type { Signals } from './signals.ts';
import { createView } from './view.ts';

export type { Decision } from './conclude.ts';

/** A reason to decide for one person. */
export type Command =
  | {
      readonly kind: 'event';
      readonly event: BiometricEvent;
      /** `signalsOf(event, rules)`. */
      readonly signals: Signals;
      /** Earlier events, as far as `eventsToLoad` asks for them. */
      readonly known?: KnownEvents;
    }
  /** Time passed: everything that became due up to then, in ms since 1970. */
  | { readonly kind: 'tick'; readonly userId: string; readonly due: number };

/**
 * Decides what an event, or the passing of time, means for one person. Pure: the same state, command and rules always
 * give the same decisions. Ticks that are due by then come first, each as a decision of its own at its due time. An event
 * is always the last decision in the list; a tick's list may be empty. Throws `EventsMissing` when earlier events are
 * needed and `known` is absent.
 */
export function decide(before: PersonState, command: Command, rules: RuleSet): readonly Decision[] {
  if (command.kind === 'tick') return runDueTicks(before, command.due, command.userId, rules);
  const { event, signals, known = nothingKnown } = command;
  const now = Math.max(before.now, parseTimestamp(event.received_at)?.epochMs ?? 0);
  const decisions = runDueTicks(before, now, event.user_id, rules);
  const state = evolve(before, decisions);
  const effect = applyEvent(state, event, signals, { now, known, policy: rules });
  const decision = conclude(createView(effect.state, now, effect.delta, rules), rules.rules, {
    before: state,
    userId: event.user_id,
    cause: { event_id: event.event_id },
    isRevised: effect.isRevised,
    isNightNew: effect.isNightNew,
  });
  decisions.push(decision);
  return decisions;
}

/** The state that the person has after the decisions. */
export function evolve(before: PersonState, decisions: readonly Decision[]): PersonState {
  return decisions.at(-1)?.state ?? before;
}
