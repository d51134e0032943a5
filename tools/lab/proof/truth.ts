import { interpretMessage, topics } from '@bridge/contracts';
import { headerText, signatureHeader, type IncomingMessage } from '@bridge/kafka';
import type { ServerClients } from './server-clients.ts';
import { scanTopic } from '@bridge/testing';

export type Copy = { readonly partition: number; readonly offset: number };

/** The expected decisions, computed from the topic alone, without the system under test. */
export type Truth = {
  /** The copies of every event, by its id. */
  readonly events: ReadonlyMap<string, readonly Copy[]>;
  readonly poison: readonly IncomingMessage[];
  readonly duplicates: number;
};

export async function readTruth({ kafka, codec, signer }: ServerClients): Promise<Truth> {
  const events = new Map<string, Copy[]>();
  const poison: IncomingMessage[] = [];
  let duplicates = 0;
  await scanTopic(kafka, topics.events.name, async (message) => {
    const { topic, key, value, partition, offset } = message;
    const decoded = await codec.decode(value);
    if (decoded.kind !== 'ok' || value === null) {
      poison.push(message);
      return;
    }
    const trusted = signer.verify({ topic, key, value }, headerText(message.headers, signatureHeader));
    const { brokerTime } = message;
    const interpreted = interpretMessage({ body: decoded.value, raw: value, brokerTime, trusted });
    for (const { outcome } of interpreted) {
      if (outcome.kind === 'deadLetter') poison.push(message);
      if (outcome.kind !== 'ok') continue;
      const known = events.get(outcome.value.event_id);
      if (known) duplicates += 1;
      if (known) known.push({ partition, offset });
      else events.set(outcome.value.event_id, [{ partition, offset }]);
    }
  });
  return { events, poison, duplicates };
}
