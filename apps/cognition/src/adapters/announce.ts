import {
  topics,
  type AlertStateSignal,
  type Insight,
  type ModeTransition,
  type Topic,
} from '@bridge/contracts';
import type { Announce as AnnounceMessage, Announcement } from '@bridge/delivery';
import type { LiveSubject } from '@bridge/vault';
import type { ComposedDecision } from '@bridge/mode-policy';

export type { Announcement };

export type Announce = (
  decision: ComposedDecision,
  traceparent: string | undefined,
  person: LiveSubject,
) => Announcement[];

/** Makes the messages that a decision sends out, in the trace of the event that caused it. */
export function createAnnouncer(announceMessage: AnnounceMessage): Announce {
  return function announce({ transition, alertSignals, insights }, traceparent, person) {
    const made: Announcement[] = [];
    const add = (
      { name: topic, value: type }: Topic,
      value: ModeTransition | AlertStateSignal | Insight,
      id: string,
    ) => {
      const trace = traceparent === undefined ? {} : { traceparent };
      const about = { id, type, time: value.at, userId: value.user_id, ...trace };
      made.push(announceMessage({ topic, value, ...about }, person));
    };
    if (transition) add(topics.transitions, transition, transition.transition_id);
    for (const signal of alertSignals) add(topics.alerts, signal, signal.signal_id);
    for (const insight of insights) add(topics.insights, insight, insight.insight_id);
    return made;
  };
}
