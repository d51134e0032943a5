import { deadLetterName } from '@bridge/contracts';
import { tailTopics, type IncomingMessage, type KafkaConnection } from '@bridge/kafka';
import { describeDeadLetter, type DeadLetter } from './dead-letter.ts';

export type OnDeadLetter = (letter: DeadLetter, message: IncomingMessage) => void | Promise<void>;

/** No message for this long, in milliseconds, although the end is not reached: something is wrong with the broker. */
const silenceMs = 15_000;

/**
 * Goes through the dead letters of `topic` that are there now, oldest first, without keeping them in memory. What arrives
 * meanwhile is left out, so that a message which is published again and fails again is met once.
 */
export async function readDeadLetters(
  connection: KafkaConnection,
  topic: string,
  onDeadLetter: OnDeadLetter,
): Promise<void> {
  const name = deadLetterName(topic);
  const ends = await endsOf(connection, name);
  const unfinished = new Set(ends.keys());
  if (unfinished.size === 0) return;

  const finished = Promise.withResolvers<undefined>();
  const watchdog = setTimeout(
    () => finished.reject(new Error(`${name} falls silent before its end.`)),
    silenceMs,
  );
  let failed = false;
  const handle = async (message: IncomingMessage) => {
    const end = ends.get(message.partition) ?? 0;
    if (failed || message.offset >= end) return;
    watchdog.refresh();
    const letter = describeDeadLetter(message);
    if (letter) await onDeadLetter(letter, message);
    if (message.offset === end - 1) unfinished.delete(message.partition);
    if (unfinished.size === 0) finished.resolve(undefined);
  };

  const from = {
    offsets: { [name]: Object.fromEntries([...ends.keys()].map((partition) => [partition, 0])) },
  };
  const tail = tailTopics({
    ...{ kafka: connection, topics: [name], from, log: connection.log, groupPrefix: 'dead-letters' },
    onCrash: finished.reject,
    // What the callback throws ends the reading; tailTopics would skip the message or try it again.
    onMessage: (message) =>
      handle(message).catch((error: unknown) => {
        failed = true;
        finished.reject(error);
      }),
  });
  try {
    await Promise.all([tail, finished.promise]);
  } finally {
    clearTimeout(watchdog);
    await (await tail).close();
  }
}

/** Partition → offset that the next message gets, of the partitions that hold something. */
async function endsOf(connection: KafkaConnection, name: string): Promise<Map<number, number>> {
  const admin = await connection.admin();
  if (!(await admin.listTopics()).includes(name))
    throw new Error(`There is no topic ${name} on this broker.`);
  const partitions = await admin.fetchTopicOffsets(name);
  return new Map(
    partitions
      .filter(({ low, high }) => Number(low) < Number(high))
      .map(({ partition, high }) => [partition, Number(high)]),
  );
}
