import { packMessage } from '@bridge/kafka';
import type { Outbox, OutboxEntry, Query } from '@bridge/postgres';
import type { OutboxSeal, Subject, Vault } from '@bridge/vault';
import type { EventMessage } from './publish-or-spool.ts';

type Deps = {
  readonly query: Query;
  readonly outbox: Outbox;
  readonly outboxSeal: OutboxSeal;
  readonly vault: Vault;
  /** Called after the commit. */
  readonly onSpooled: (rows: number) => void;
};

/** Commits messages to `ingest.outbox`, each sealed with its person's key, in one statement. */
export function createOutboxSpool({ query, outbox, outboxSeal, vault, onSpooled }: Deps) {
  async function entryOf(message: EventMessage, person: Subject | undefined): Promise<OutboxEntry> {
    const { ceId, topic } = message;
    const packed = packMessage(message);
    // An erased person has no key any more; cognition decides what to do with the event.
    if (person === undefined || person.erased) {
      return { subjectId: null, ceId, topic, sealed: await outboxSeal.sealForService(packed, ceId) };
    }
    return { subjectId: person.subjectId, ceId, topic, sealed: outboxSeal.seal(packed, ceId, person) };
  }

  return async function spool(messages: readonly EventMessage[]): Promise<void> {
    const people = await vault.subjectsFor(new Set(messages.map(({ key }) => key)));
    const entries = await Promise.all(messages.map((message) => entryOf(message, people.get(message.key))));
    const { text, values } = outbox.addStatement(entries);
    await query(text, values);
    onSpooled(entries.length);
  };
}
