import {
  packMessage,
  type MakeMessage,
  type OutgoingMessage,
  type MessageDraft,
  type RelayRow,
} from '@bridge/kafka';
import type { OutboxEntry } from '@bridge/postgres';
import type { LiveSubject, OutboxSeal } from '@bridge/vault';

/** A message and the outbox row that makes sure it goes out. */
export type Announcement = { readonly entry: OutboxEntry; readonly message: OutgoingMessage };

export type Announce = (content: MessageDraft, person: LiveSubject) => Announcement;

export type AnnouncerDeps = {
  readonly makeMessage: MakeMessage;
  readonly outboxSeal: Pick<OutboxSeal, 'seal'>;
};

/** Makes messages about a person and seals their outbox rows with the person's key. */
export function createAnnouncer({ makeMessage, outboxSeal }: AnnouncerDeps): Announce {
  return function announce(content, person) {
    const { id, topic } = content;
    const message = makeMessage(content);
    const sealed = outboxSeal.seal(packMessage(message), id, person);
    return { message, entry: { subjectId: person.subjectId, ceId: id, topic, sealed } };
  };
}

/** Committed announcements, with the ids that their rows got, for the relay. */
export function relayRows(
  announcements: readonly Announcement[],
  outboxIds: readonly number[],
): readonly RelayRow[] {
  return announcements.flatMap(({ message, entry: { subjectId } }, index) => {
    const id = outboxIds[index];
    return id === undefined ? [] : [{ id, subjectId, message }];
  });
}
