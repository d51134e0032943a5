import { deadLetterName } from '@bridge/contracts';
import type { IncomingMessage, KafkaConnection } from '@bridge/kafka';
import { readTopicToEnd } from '../read-topic.ts';
import { describeDeadLetter, type DeadLetter } from './dead-letter.ts';

export type OnDeadLetter = (letter: DeadLetter, message: IncomingMessage) => void | Promise<void>;

/**
 * Calls back for the current dead letters of `topic`, oldest first. It skips dead letters that arrive meanwhile, so that a
 * message that is republished and fails again is handled once.
 */
export async function readDeadLetters(
  connection: KafkaConnection,
  topic: string,
  onDeadLetter: OnDeadLetter,
): Promise<void> {
  await readTopicToEnd(connection, {
    topic: deadLetterName(topic),
    groupPrefix: 'dead-letters',
    onMessage: async (message) => {
      const letter = describeDeadLetter(message);
      if (letter) await onDeadLetter(letter, message);
    },
  });
}
