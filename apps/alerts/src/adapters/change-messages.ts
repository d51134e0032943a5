import { topics } from '@bridge/contracts';
import {
  cloudEventHeaders,
  packMessage,
  signatureHeader,
  type Codec,
  type MessageSigner,
  type OutgoingMessage,
} from '@bridge/kafka';
import type { OutboxEntry } from '@bridge/postgres';
import { sealWith, type LiveSubject } from '@bridge/vault';
import type { Change } from '../handle-alert-signals.ts';
import { outboxPlace } from './outbox-rows.ts';

/** A message and the outbox row that makes sure it goes out. */
export type Announcement = { readonly message: OutgoingMessage; readonly entry: OutboxEntry };

export type Announce = (change: Change, person: LiveSubject) => Announcement;

export type AnnounceDeps = {
  readonly codec: Pick<Codec, 'encode'>;
  readonly signer: Pick<MessageSigner, 'sign'>;
  /** `topics.alertChanges.name`, or a test's. */
  readonly topic: string;
};

/** Makes the message on `biometric.alert-changes` for a change: framed, signed, in the trace of its signal. */
export function createAnnounce({ codec, signer, topic }: AnnounceDeps): Announce {
  return function announce({ change, traceparent }, person) {
    const value = codec.encode(topic, change);
    const key = change.user_id;
    const headers = cloudEventHeaders({
      id: change.change_id,
      source: 'alerts',
      type: topics.alertChanges.value,
      time: change.at,
      userId: key,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    const signature = signer.sign({ topic, key, value });
    const message = { topic, key, value, headers: { ...headers, [signatureHeader]: signature } };
    const place = outboxPlace(change.change_id, person.subjectId);
    const sealed = sealWith(person.key, packMessage(message), place);
    return { message, entry: { subjectId: person.subjectId, ceId: change.change_id, topic, sealed } };
  };
}
