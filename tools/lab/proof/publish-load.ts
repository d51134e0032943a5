import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@bridge/contracts';
import type { KafkaConnection, OutgoingMessage } from '@bridge/kafka';

/** A message with a partition comes from a sender that hashes keys differently. */
export type LoadMessage = OutgoingMessage & { readonly partition?: number };

const leastAtOnce = 50;
const mostAtOnce = 500;

/**
 * Publishes messages, in order and at a steady pace. After an outage the delayed messages follow at
 * once, and unconfirmed ones are sent again, as any producer would. Returns the number of messages.
 */
export async function publishLoad(
  { kafka }: Pick<KafkaConnection, 'kafka'>,
  load: Iterator<LoadMessage>,
  { perSecond, topic = topics.events.name }: { readonly perSecond: number; readonly topic?: string },
): Promise<number> {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 2 },
  });
  await producer.connect();
  const started = Date.now();
  let sent = 0;
  for (;;) {
    const due = Math.floor(((Date.now() - started) * perSecond) / 1_000) - sent;
    if (due < leastAtOnce) {
      await sleep((1_000 * (leastAtOnce - due)) / perSecond);
      continue;
    }
    const messages = take(load, Math.min(due, mostAtOnce)).map((one) => ({
      ...one,
      headers: { ...one.headers },
    }));
    if (messages.length === 0) break;
    const send = () => producer.send({ topic, acks: -1, messages });
    while (!(await send().then(isSent, () => sleep(500, false))));
    sent += messages.length;
  }
  await producer.disconnect();
  return sent;
}

const isSent = () => true;

function take<T>(from: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = from.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
