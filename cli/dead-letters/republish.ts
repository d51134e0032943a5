import type { KafkaConnection, OutgoingMessage } from '@bridge/kafka';
import { originalMessage, type DeadLetter } from './dead-letter.ts';
import { readDeadLetters } from './read-dead-letters.ts';

export type RepublishOptions = {
  /** The topic whose dead letters are republished. */
  readonly topic: string;
  readonly wanted: (letter: DeadLetter) => boolean;
  /** Resolves after acks=all. Undefined for a dry run. */
  readonly publish: ((messages: readonly OutgoingMessage[]) => Promise<void>) | undefined;
  /** Called for each message after it was published, or chosen in a dry run. */
  readonly report: (letter: DeadLetter) => void;
};

const atOnce = 200;

/**
 * Publishes the original messages of the chosen dead letters to their topic, oldest first, and each once even if it was
 * dead-lettered several times. The dead letters stay until the retention of their topic ends.
 */
export async function republish(connection: KafkaConnection, options: RepublishOptions): Promise<void> {
  const { topic, wanted, publish, report } = options;
  const met = new Set<string>();
  let waiting: { letter: DeadLetter; original: OutgoingMessage }[] = [];
  const send = async () => {
    const chosen = waiting;
    waiting = [];
    await publish?.(chosen.map(({ original }) => original));
    for (const { letter } of chosen) report(letter);
  };
  await readDeadLetters(connection, topic, async (letter, message) => {
    if (letter.topic !== topic || !wanted(letter) || met.has(letter.identity)) return;
    met.add(letter.identity);
    waiting.push({ letter, original: originalMessage(letter, message) });
    if (waiting.length >= atOnce) await send();
  });
  await send();
}
