import { deadLetterName } from '@bridge/contracts';
import { tailTopics, type IncomingMessage, type KafkaConnection } from '@bridge/kafka';
import { describeDeadLetter, type DeadLetter } from './dead-letter.ts';

export type OnDeadLetter = (letter: DeadLetter, message: IncomingMessage) => void | Promise<void>;

/** How long the broker may send nothing before the end of the topic, in milliseconds. */
const silenceMs = 15_000;

/**
 * Calls back for the current dead letters of `topic`, oldest first, without keeping them in memory. It skips dead letters
 * that arrive meanwhile, so that a message that is republished and fails again is handled once.
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
    () => finished.reject(new Error(`The broker sent nothing more of ${name} before its end.`)),
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
    kafka: connection,
    topics: [name],
    from,
    log: connection.log,
    groupPrefix: 'dead-letters',
    onCrash: finished.reject,
    // An error of the callback ends the reading. tailTopics would skip the message or try it again.
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

/** Returns the next offset of each partition that contains messages. */
async function endsOf(connection: KafkaConnection, name: string): Promise<Map<number, number>> {
  const admin = await connection.admin();
  if (!(await admin.listTopics()).includes(name)) throw new Error(`This broker has no topic ${name}.`);
  const partitions = await admin.fetchTopicOffsets(name);
  return new Map(
    partitions
      .filter(({ low, high }) => Number(low) < Number(high))
      .map(({ partition, high }) => [partition, Number(high)]),
  );
}
