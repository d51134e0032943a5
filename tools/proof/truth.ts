import { interpretEvent, type BiometricEvent } from '@bridge/contracts';
import {
  headerText,
  signatureHeader,
  type Codec,
  type IncomingMessage,
  type MessageSigner,
} from '@bridge/kafka';

export type Copy = { readonly partition: number; readonly offset: number };

/** What the log says must have happened: worked out from the topic alone, without the system under test. */
export type Truth = {
  /** Every event by id, with all its copies in log order. */
  readonly events: ReadonlyMap<string, { readonly event: BiometricEvent; readonly copies: Copy[] }>;
  readonly poison: readonly IncomingMessage[];
  readonly duplicates: number;
};

export async function truthOf(
  log: readonly IncomingMessage[],
  { codec, signer }: { codec: Codec; signer: MessageSigner },
): Promise<Truth> {
  const events = new Map<string, { event: BiometricEvent; copies: Copy[] }>();
  const poison: IncomingMessage[] = [];
  let duplicates = 0;
  await codec.prepare(log.map(({ value }) => value));
  for (const message of log) {
    const { topic, key, value, partition, offset } = message;
    const decoded = codec.decodeSync(value);
    if (decoded.kind !== 'ok' || value === null) {
      poison.push(message);
      continue;
    }
    const trusted = signer.verify({ topic, key, value }, headerText(message.headers, signatureHeader));
    const meant = interpretEvent({
      body: decoded.value,
      raw: value,
      brokerTime: message.brokerTime,
      trusted,
    });
    if (meant.kind === 'deadLetter') poison.push(message);
    if (meant.kind !== 'ok') continue;
    const known = events.get(meant.value.event_id);
    if (known) duplicates += 1;
    if (known) known.copies.push({ partition, offset });
    else events.set(meant.value.event_id, { event: meant.value, copies: [{ partition, offset }] });
  }
  return { events, poison, duplicates };
}
