import { tailTopics, type IncomingMessage, type KafkaConnection } from '@bridge/kafka';

/** How long the broker may send nothing before the end of the topic, in milliseconds. */
const silenceMs = 15_000;

export type ReadTopicOptions = {
  readonly topic: string;
  /** First part of the consumer group's name. */
  readonly groupPrefix: string;
  readonly onMessage: (message: IncomingMessage) => void | Promise<void>;
};

/**
 * Calls back for the messages that a topic holds now, the oldest of each partition first, without keeping them in memory.
 * Messages that arrive meanwhile are left out. An error of the callback ends the reading.
 */
export async function readTopicToEnd(
  connection: KafkaConnection,
  { topic, groupPrefix, onMessage }: ReadTopicOptions,
): Promise<void> {
  const ends = await endsOf(connection, topic);
  const unfinished = new Set(ends.keys());
  if (unfinished.size === 0) return;

  const finished = Promise.withResolvers<undefined>();
  const watchdog = setTimeout(
    () => finished.reject(new Error(`The broker sent nothing more of ${topic} before its end.`)),
    silenceMs,
  );
  let failed = false;
  const handle = async (message: IncomingMessage) => {
    const end = ends.get(message.partition) ?? 0;
    if (failed || message.offset >= end) return;
    watchdog.refresh();
    await onMessage(message);
    if (message.offset === end - 1) unfinished.delete(message.partition);
    if (unfinished.size === 0) finished.resolve(undefined);
  };

  const from = {
    offsets: { [topic]: Object.fromEntries([...ends.keys()].map((partition) => [partition, 0])) },
  };
  const tail = tailTopics({
    kafka: connection,
    topics: [topic],
    from,
    log: connection.log,
    groupPrefix,
    onCrash: finished.reject,
    // tailTopics would skip the message or try it again.
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
async function endsOf(connection: KafkaConnection, topic: string): Promise<Map<number, number>> {
  const admin = await connection.admin();
  if (!(await admin.listTopics()).includes(topic)) throw new Error(`This broker has no topic ${topic}.`);
  const partitions = await admin.fetchTopicOffsets(topic);
  return new Map(
    partitions
      .filter(({ low, high }) => Number(low) < Number(high))
      .map(({ partition, high }) => [partition, Number(high)]),
  );
}
