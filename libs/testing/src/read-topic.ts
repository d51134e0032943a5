import { tailTopics, type IncomingMessage, type KafkaConnection } from '@bridge/kafka';
import { silentLog } from './recording-log.ts';

/** Calls back for every message that a topic holds now, in offset order per partition. */
export async function scanTopic(
  kafka: KafkaConnection,
  topic: string,
  onMessage: (message: IncomingMessage) => void | Promise<void>,
): Promise<void> {
  const admin = await kafka.admin();
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, Number(end.high)]),
  );
  const waiting = new Set([...ends].filter(([, high]) => high > 0).map(([partition]) => partition));
  if (waiting.size === 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const tail = await tailTopics({
    kafka,
    topics: [topic],
    from: { offsets: { [topic]: Object.fromEntries([...ends.keys()].map((partition) => [partition, 0])) } },
    onMessage: async (message) => {
      const end = ends.get(message.partition) ?? 0;
      if (message.offset < end) await onMessage(message);
      if (message.offset >= end - 1) waiting.delete(message.partition);
      if (waiting.size === 0) resolve(undefined);
    },
    onCrash: reject,
    log: silentLog,
    groupPrefix: 'read-topic',
  });
  await promise;
  await tail.close();
}

/** Returns every message that a topic holds now, by partition and offset. The topic must fit into memory. */
export async function readTopic(kafka: KafkaConnection, topic: string): Promise<IncomingMessage[]> {
  const read: IncomingMessage[] = [];
  await scanTopic(kafka, topic, (message) => {
    read.push(message);
  });
  return read.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
