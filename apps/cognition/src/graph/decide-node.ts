import type { BiometricEvent } from '@bridge/contracts';
import {
  collectKnown,
  decide,
  evolve,
  initialState,
  type KnownEvents,
  type PersonState,
  type RuleSet,
  type Signals,
  signalsOf,
} from '@bridge/mode-policy';
import type { BatchState, BatchUpdate, Finding, ItemDecision, Score } from './state.ts';

/** Goes through the batch in the order in which it was read; each person's state flows from event to event. */
export function createDecideNode(rules: RuleSet) {
  return function decideBatch({ items, people, recent_events }: typeof BatchState.State): BatchUpdate {
    const signals: Signals[] = [];
    for (const one of recent_events) signals[one.index] = one.signals;
    const states = new Map<string, PersonState>();
    const decided: ItemDecision[] = [];
    const confidences: Score[] = [];
    const hypotheses: Record<string, Finding[]> = {};
    const patterns: Finding[] = [];
    for (const { index, subjectId, event } of items) {
      const person = people.get(subjectId) ?? { state: initialState, known: collectKnown() };
      const before = states.get(subjectId) ?? person.state;
      const { known, used } = recordUse(person.known);
      const seen = signals[index] ?? signalsOf(event, rules);
      const decisions = decide(before, { kind: 'event', event, signals: seen, known }, rules);
      person.known.add(event);
      states.set(subjectId, evolve(before, decisions));
      decided.push({ decisions, used });
      for (const [place, { transition, insights }] of decisions.entries()) {
        if (transition) confidences.push({ index, place, confidence: transition.confidence });
        for (const [nr, insight] of insights.entries()) {
          const { hypothesis_id } = insight;
          const list = hypothesis_id === undefined ? patterns : (hypotheses[hypothesis_id] ??= []);
          list.push({ index, place, nr, insight });
        }
      }
    }
    return {
      decided,
      remembered: states,
      confidence_scores: confidences,
      hypotheses,
      patterns_detected: patterns,
    };
  };
}

/** Notes which earlier events a decision looks at, so that it can be recomputed from its record alone. */
function recordUse(known: KnownEvents): { readonly known: KnownEvents; readonly used: BiometricEvent[] } {
  const used: BiometricEvent[] = [];
  const note = (events: readonly BiometricEvent[]) => {
    used.push(...events);
    return events;
  };
  return {
    used,
    known: {
      versionsOf: (event) => note(known.versionsOf(event)),
      between: (range) => note(known.between(range)),
    },
  };
}
