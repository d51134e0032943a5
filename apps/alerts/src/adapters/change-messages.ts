import { topics } from '@bridge/contracts';
import { packMessage, type MakeMessage, type OutgoingMessage } from '@bridge/kafka';
import type { OutboxEntry } from '@bridge/postgres';
import type { LiveSubject, OutboxSeal } from '@bridge/vault';
import type { Change } from '../handle-alert-signals.ts';

/** A message and the outbox row that makes sure it goes out. */
export type Announcement = { readonly message: OutgoingMessage; readonly entry: OutboxEntry };

export type Announce = (change: Change, person: LiveSubject) => Announcement;

export type AnnounceDeps = {
  readonly makeMessage: MakeMessage;
  readonly outboxSeal: OutboxSeal;
  /** `topics.alertChanges.name`, or a test's. */
  readonly topic: string;
};

/** Makes the message on `biometric.alert-changes` for a change, in the trace of its signal. */
export function createAnnounce({ makeMessage, outboxSeal, topic }: AnnounceDeps): Announce {
  return function announce({ change, traceparent }, person) {
    const id = change.change_id;
    const message = makeMessage({
      topic,
      value: change,
      id,
      type: topics.alertChanges.value,
      time: change.at,
      userId: change.user_id,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    const sealed = outboxSeal.seal(packMessage(message), id, person);
    return { message, entry: { subjectId: person.subjectId, ceId: id, topic, sealed } };
  };
}
