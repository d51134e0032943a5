import type { BiometricEvent } from '@bridge/contracts';
import {
  compose,
  decide,
  evolve,
  initialState,
  signalsOf,
  type ComposedDecision,
  type Decision,
  type KnownEvents,
  type RuleSet,
} from '@bridge/mode-policy';

/** Decides the events of one person in order, on the clock of their arrival. */
export function createPersonDecider(userId: string, rules: RuleSet, known: KnownEvents) {
  let state = initialState;
  const take = (decisions: readonly Decision[]): ComposedDecision[] => {
    state = evolve(state, decisions);
    return decisions.filter(hasNews).map((decision) => compose(decision, rules));
  };
  return {
    /** Ticks that fell due meanwhile come first. */
    decide: (event: BiometricEvent) =>
      take(decide(state, { kind: 'event', event, signals: signalsOf(event, rules), known }, rules)),
    /** Everything that falls due by then, in ms since 1970. */
    passTime: (due: number) => take(decide(state, { kind: 'tick', userId, due }, rules)),
  };
}

function hasNews({ transition, alertSignals, insights }: Decision): boolean {
  return transition !== null || alertSignals.length > 0 || insights.length > 0;
}
