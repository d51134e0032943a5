import { packMessage, type Relay } from '@bridge/kafka';
import type { Outbox, Statement } from '@bridge/postgres';
import type { LiveSubject, OutboxSeal } from '@bridge/vault';
import type { EventMessage } from '../../publishing/publish-or-spool.ts';

/** Messages of one person that a transaction adds to the outbox. */
export type OutboxWrite = {
  /** Their rows in the outbox: part of the transaction, under the person's lock. */
  readonly statements: readonly Statement[];
  /** Call it after the commit with the statements' results, so that the relay need not read the rows back. */
  readonly offer: (results: readonly (readonly unknown[])[]) => void;
};

export type PersonOutboxDeps = {
  readonly outbox: Pick<Outbox, 'addStatement' | 'blockedStatement'>;
  readonly outboxSeal: Pick<OutboxSeal, 'seal'>;
  readonly offer: Relay['offer'];
};

const nothing: OutboxWrite = { statements: [], offer: () => undefined };

/** The outbox for transactions that write a person's data; each message is sealed with the person's key. */
export function createPersonOutbox({ outbox, outboxSeal, offer }: PersonOutboxDeps) {
  return function outboxWrite(person: LiveSubject, messages: readonly EventMessage[]): OutboxWrite {
    if (messages.length === 0) return nothing;
    const { subjectId } = person;
    const entries = messages.map((message) => {
      const { ceId, topic } = message;
      return { subjectId, ceId, topic, sealed: outboxSeal.seal(packMessage(message), ceId, person) };
    });
    return {
      statements: [outbox.addStatement(entries), outbox.blockedStatement([subjectId])],
      offer: ([added = [], blocked = []]) => {
        const ids = added as readonly { readonly id: number }[];
        const rows = messages.flatMap((message, nr) => {
          const id = ids[nr]?.id;
          return id === undefined ? [] : [{ id, subjectId, message }];
        });
        offer(rows, new Set(blocked.length > 0 ? [subjectId] : []));
      },
    };
  };
}
