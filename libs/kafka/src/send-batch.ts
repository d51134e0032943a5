import kafkajs, { type CompressionTypes as Compression, type Producer, type TopicMessages } from 'kafkajs';
import { bisect } from './bisect.ts';
import { refusalCode, sizeRefusals } from './publish-errors.ts';
import type { OutgoingMessage } from './message.ts';

/** How long the broker may wait for its replicas, in milliseconds. */
const replicationTimeoutMs = 4_000;
const { None, ZSTD } = kafkajs.CompressionTypes;

/**
 * Sends messages in their order. When the broker refuses the batch because of a message in it, the halves are sent apart until
 * the guilty ones are alone; messages that shared the batch may then arrive twice, under the same ids. A message that is too large by
 * itself is sent once more, compressed: that is how its own sender got it past the same limit.
 * @returns For each refused message the broker's error type; throws on anything but a refusal.
 */
export async function sendOrSplit<T extends { readonly message: OutgoingMessage }>(
  producer: Producer,
  slots: readonly T[],
): Promise<Map<T, string>> {
  const code = await refusalOf(producer, slots, None);
  if (code === undefined) return new Map();
  const [first] = slots;
  if (first !== undefined && slots.length === 1) {
    const final = sizeRefusals.has(code) ? await refusalOf(producer, slots, ZSTD) : code;
    return final === undefined ? new Map() : new Map([[first, final]]);
  }
  const [early, late] = bisect(slots);
  const refusedEarly = await sendOrSplit(producer, early);
  const refusedLate = await sendOrSplit(producer, late);
  return new Map([...refusedEarly, ...refusedLate]);
}

async function refusalOf(
  producer: Producer,
  slots: readonly { readonly message: OutgoingMessage }[],
  compression: Compression,
): Promise<string | undefined> {
  try {
    const topicMessages = byTopic(slots);
    await producer.sendBatch({ acks: -1, timeout: replicationTimeoutMs, compression, topicMessages });
    return undefined;
  } catch (error) {
    const code = refusalCode(error);
    if (code === undefined) throw error;
    return code;
  }
}

function byTopic(slots: readonly { readonly message: OutgoingMessage }[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { message } of slots) {
    const { topic, key, value, headers } = message;
    let entry = topics.get(topic);
    if (entry === undefined) topics.set(topic, (entry = { topic, messages: [] }));
    entry.messages.push({ key, value, headers });
  }
  return [...topics.values()];
}

/** Bytes of a message in a record batch, rounded up; the broker measures a partition's batch. */
export function sizeOf({ key, value, headers }: OutgoingMessage): number {
  let bytes = 32 + (value?.length ?? 0) + (key === null ? 0 : Buffer.byteLength(key));
  for (const name in headers) {
    const content = headers[name];
    for (const part of Array.isArray(content) ? content : [content]) {
      bytes += name.length + 8 + (part === undefined ? 0 : Buffer.byteLength(part));
    }
  }
  return bytes;
}
