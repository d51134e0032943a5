import { deadLetterMessage, packMessage, type DeadLetterCause, type IncomingMessage } from '@bridge/kafka';
import type { OutboxSeal } from '@bridge/vault';
import type { Announcement } from './announcement.ts';

/** A message that can never be handled; the reason comes from a closed set. */
export type DeadLetter = Pick<DeadLetterCause, 'reason' | 'fault' | 'element'> & {
  readonly message: IncomingMessage;
};

export type AnnounceDeadLetters = (
  deadLetters: readonly DeadLetter[],
  attempt: number,
) => Promise<Announcement[]>;

export type DeadLettersDeps = {
  readonly outboxSeal: Pick<OutboxSeal, 'sealForService'>;
  readonly now: () => number;
};

/** Announces messages on `<topic>.dlq`. Nobody is known to own them, so their rows are sealed with the service key. */
export function createDeadLetters({ outboxSeal, now }: DeadLettersDeps): AnnounceDeadLetters {
  return function announceDeadLetters(deadLetters, attempt) {
    return Promise.all(
      deadLetters.map(async ({ message: original, reason, fault, element }) => {
        const { id, ...message } = deadLetterMessage(original, {
          ...{ reason, fault, element, attempt },
          at: now(),
        });
        const sealed = await outboxSeal.sealForService(packMessage(message), id);
        return { message, entry: { subjectId: null, ceId: id, topic: message.topic, sealed } };
      }),
    );
  };
}
