import { topics } from '@bridge/contracts';
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

type TopicMessage = { readonly message: IncomingMessage; readonly body: unknown };

/**
 * Reads a topic from now on; `pick` turns a message that carries a valid signature into what the test is about, or
 * undefined. Other services write to the same topics under keys of their own. `first(n)` resolves with the first n.
 */
export async function followTopic<T>(
  topic: 'events' | 'alerts',
  signingKey: string,
  pick: (arrived: TopicMessage) => T | undefined,
) {
  const broker = await createTestTopics([]);
  const keys = [...parseKeyList(signingKey).byId].map(([id, key]) => ({ id, key: key.export() }));
  const signer = createMessageSigner(keys);
  const codec = await createCodec({ registryUrl: fromEnvironment('SCHEMA_REGISTRY_URL') });
  const found: T[] = [];
  let arrived = Promise.withResolvers<undefined>();

  async function take(message: IncomingMessage): Promise<void> {
    const { topic: name, key, value, headers } = message;
    const signature = headerText(headers, signatureHeader);
    if (value === null || !signer.verify({ topic: name, key, value }, signature)) return;
    const body = await codec.decode(value);
    if (body.kind !== 'ok') throw new Error(`not decoded: ${body.reason}`);
    const picked = pick({ message, body: body.value });
    if (picked === undefined) return;
    found.push(picked);
    arrived.resolve(undefined);
    arrived = Promise.withResolvers();
  }

  const tail = await tailTopics({
    kafka: broker.connection,
    topics: [topics[topic].name],
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

  return async function first(count: number): Promise<readonly T[]> {
    while (found.length < count) await arrived.promise;
    return found.slice(0, count);
  };
}
