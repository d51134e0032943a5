import { tailTopics, type IncomingMessage, type KafkaConnection } from '@bridge/kafka';
import type { Log } from '@bridge/handler';

/** Everything that a topic holds now, by partition and offset. */
export async function readTopic(kafka: KafkaConnection, topic: string, log: Log): Promise<IncomingMessage[]> {
  const admin = await kafka.admin();
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, Number(end.high)]),
  );
  const waiting = new Set([...ends].filter(([, high]) => high > 0).map(([partition]) => partition));
  const read: IncomingMessage[] = [];
  if (waiting.size === 0) return read;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const tail = await tailTopics({
    kafka,
    topics: [topic],
    from: { offsets: { [topic]: Object.fromEntries([...ends.keys()].map((partition) => [partition, 0])) } },
    onMessage: (message) => {
      const end = ends.get(message.partition) ?? 0;
      if (message.offset < end) read.push(message);
      if (message.offset >= end - 1) waiting.delete(message.partition);
      if (waiting.size === 0) resolve(undefined);
    },
    onCrash: reject,
    log,
    groupPrefix: 'proof',
  });
  await promise;
  await tail.close();
  return read.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
