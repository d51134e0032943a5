import type { OutgoingMessage, Publisher } from '@bridge/kafka';

const perCall = 2_000;

/** Publishes all of it as fast as the broker takes it, in order. */
export async function publishLoad(
  publisher: Publisher,
  messages: Iterable<OutgoingMessage>,
): Promise<number> {
  let count = 0;
  let chunk: OutgoingMessage[] = [];
  const flush = async () => {
    await publisher.publish(chunk);
    count += chunk.length;
    chunk = [];
  };
  for (const message of messages) {
    chunk.push(message);
    if (chunk.length === perCall) await flush();
  }
  await flush();
  return count;
}
