import type { BiometricEvent } from '@bridge/contracts';
import type { SignalFate } from './apply-event.ts';
import { conclude, type Decision } from './conclude.ts';
import { draftOf } from './draft.ts';
import { epochOf, nothingKnown, type KnownEvents } from './known-events.ts';
import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { runDueTicks } from './run-due-ticks.ts';
import type { Signals } from './signals.ts';
import { takeEvent } from './take-event.ts';
import { upgrade } from './upgrade.ts';
import { createView, type View } from './view.ts';

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
  | { readonly kind: 'tick'; readonly userId: string; readonly due: number }
  /** The stored events of a person whose state is of an older policy: see `upgradeOf`. */
  | {
      readonly kind: 'upgrade';
      readonly userId: string;
      readonly due: number;
      readonly events: readonly BiometricEvent[];
    };

/**
 * Decides what an event, or the passing of time, means for one person. Pure: the same state, command and rules always
 * give the same decisions. Ticks that are due by then come first, each as a decision of its own at its due time. An event
 * is always the last decision in the list; a tick's list may be empty. Throws `EventsMissing` when earlier events are
 * needed and `known` is absent.
 */
export function decide(before: PersonState, command: Command, rules: RuleSet): readonly Decision[] {
  switch (command.kind) {
    case 'tick':
      return runDueTicks(before, command.due, command.userId, rules);
    case 'upgrade':
      return [upgrade(before, command, rules)];
    case 'event':
      return decideEvent(before, command, rules, null);
  }
}

export type EventCommand = Extract<Command, { kind: 'event' }>;

/** Where explain looks at a decision in the making. */
export type Trace = { readonly fates: SignalFate[]; readonly look: (view: View) => void };

/** `trace`: where to note what became of each signal; null in the normal course. */
export function decideEvent(
  before: PersonState,
  { event, signals, known = nothingKnown }: EventCommand,
  rules: RuleSet,
  trace: Trace | null,
): Decision[] {
  const received = epochOf(event.received_at);
  const now = Math.max(before.now, Number.isNaN(received) ? 0 : received);
  const decisions = runDueTicks(before, now, event.user_id, rules);
  const state = evolve(before, decisions);
  const draft = draftOf(state);
  const applied = takeEvent(draft, { event, signals, known, now, isTraced: trace !== null }, rules);
  trace?.fates.push(...(applied.delta.fates ?? []));
  const view = createView(draft, state, now, applied.delta, rules);
  trace?.look(view);
  decisions.push(
    conclude(view, rules, {
      before: state,
      userId: event.user_id,
      cause: { event_id: event.event_id },
      answer: event.answer,
      clock: applied.clock,
    }),
  );
  return decisions;
}

/** The state that the person has after the decisions. */
export function evolve(before: PersonState, decisions: readonly Decision[]): PersonState {
  return decisions.at(-1)?.state ?? before;
}
