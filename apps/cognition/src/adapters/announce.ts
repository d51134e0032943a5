import { topics, type AlertStateSignal, type ModeTransition, type Topic } from '@bridge/contracts';
import { packMessage, type MakeMessage, type OutgoingMessage } from '@bridge/kafka';
import type { OutboxEntry } from '@bridge/postgres';
import type { LiveSubject, OutboxSeal } from '@bridge/vault';
import type { Decision } from '@bridge/mode-policy';

/** A message and the outbox row that makes sure it goes out. */
export type Announcement = { readonly entry: OutboxEntry; readonly message: OutgoingMessage };

export type Announce = (
  decision: Pick<Decision, 'transition' | 'alertSignals'>,
  traceparent: string | undefined,
  person: LiveSubject,
) => Announcement[];

/** Makes the messages that a decision sends out, in the trace of the event that caused it. */
export function createAnnouncer({
  makeMessage,
  outboxSeal,
}: {
  readonly makeMessage: MakeMessage;
  readonly outboxSeal: OutboxSeal;
}): Announce {
  return function announce({ transition, alertSignals }, traceparent, person) {
    const made: Announcement[] = [];
    const add = (topic: Topic, value: ModeTransition | AlertStateSignal, id: string) => {
      const about = { id, type: topic.value, time: value.at, userId: value.user_id };
      const trace = traceparent === undefined ? {} : { traceparent };
      const message = makeMessage({ topic: topic.name, value, ...about, ...trace });
      const sealed = outboxSeal.seal(packMessage(message), id, person);
      made.push({ message, entry: { subjectId: person.subjectId, ceId: id, topic: topic.name, sealed } });
    };
    if (transition) add(topics.transitions, transition, transition.transition_id);
    for (const signal of alertSignals) add(topics.alerts, signal, signal.signal_id);
    return made;
  };
}
