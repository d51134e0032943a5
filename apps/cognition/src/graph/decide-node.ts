import { parseTimestamp } from '@bridge/contracts';
import { decide, type Decision } from '../domain/decide.ts';
import { initial, type PersonState } from '../domain/person-state.ts';
import type { RuleSet } from '../domain/rule-set.ts';
import type { Signal } from '../domain/signals.ts';
import type { BatchState, BatchUpdate } from './state.ts';

/** Goes through the batch in the order in which it was read; each person's state flows from event to event. */
export function createDecideNode(rules: RuleSet) {
  return function decideBatch({ items, people, recent_events }: typeof BatchState.State): BatchUpdate {
    const signals = new Map<number, readonly Signal[]>(recent_events.map((one) => [one.index, one.signals]));
    const states = new Map<string, PersonState>(people);
    const decisions: Decision[] = [];
    const confidences: number[] = [];
    for (const { index, subjectId, event } of items) {
      const decision = decide(
        states.get(subjectId) ?? initial,
        {
          userId: event.user_id,
          eventId: event.event_id,
          receivedAt: parseTimestamp(event.received_at)?.epochMs ?? 0,
          signals: signals.get(index) ?? [],
        },
        rules,
      );
      states.set(subjectId, decision.state);
      decisions.push(decision);
      if (decision.transition) confidences.push(decision.transition.confidence);
    }
    return { decisions, remembered: states, confidence_scores: confidences };
  };
}
