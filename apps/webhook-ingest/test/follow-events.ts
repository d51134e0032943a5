import { interpretEvent, topics, type BiometricEvent } from '@bridge/contracts';
import {
  createCodec,
  createMessageSigner,
  headerText,
  signatureHeader,
  tailTopics,
  type IncomingMessage,
} from '@bridge/kafka';
import { createTestTopics, fromEnvironment, silentLog } from '@bridge/testing';
import { parseKeyList } from '@bridge/vault';
import { onTestFinished } from 'vitest';

export type Followed = { readonly message: IncomingMessage; readonly event: BiometricEvent };

/** Reads `biometric.events` from now on, as cognition does: signature, codec, contract. Other tests' events are left out. */
export async function followEvents(signingKey: string, users: readonly string[]) {
  const broker = await createTestTopics([]);
  const keys = [...parseKeyList(signingKey).byId].map(([id, key]) => ({ id, key: key.export() }));
  const signer = createMessageSigner(keys);
  const codec = await createCodec({ registryUrl: fromEnvironment('SCHEMA_REGISTRY_URL') });
  const events: Followed[] = [];
  let arrived = Promise.withResolvers<undefined>();

  async function take(message: IncomingMessage): Promise<void> {
    const { topic, key, value, headers, brokerTime } = message;
    if (value === null || !users.includes(key?.toString() ?? '')) return;
    const trusted = signer.verify({ topic, key, value }, headerText(headers, signatureHeader));
    const body = await codec.decode(value);
    if (body.kind !== 'ok') throw new Error(`not decoded: ${body.reason}`);
    const outcome = interpretEvent({ body: body.value, raw: value, brokerTime, trusted });
    if (outcome.kind !== 'ok') throw new Error(`not an event: ${outcome.reason}`);
    events.push({ message, event: outcome.value });
    arrived.resolve(undefined);
    arrived = Promise.withResolvers();
  }

  const tail = await tailTopics({
    kafka: broker.connection,
    topics: [topics.events.name],
    from: { backMessages: 0 },
    onMessage: take,
    onCrash: (error) => {
      throw error;
    },
    log: silentLog,
  });
  onTestFinished(async () => {
    await tail.close();
    await broker.close();
  });

  /** The first so many events, as soon as they are there. */
  return async function first(count: number): Promise<readonly Followed[]> {
    while (events.length < count) await arrived.promise;
    return events.slice(0, count);
  };
}
