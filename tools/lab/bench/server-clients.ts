import { registrySubjects } from '@bridge/contracts';
import type { Closeable } from '@bridge/core';
import {
  connectKafka,
  createCodec,
  createMessageSigner,
  createPublisher,
  type Codec,
  type KafkaConnection,
  type MessageSigner,
  type Publisher,
} from '@bridge/kafka';
import { connectPostgres, type Postgres } from '@bridge/postgres';
import { silentLog } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, type Vault } from '@bridge/vault';
import { Registry } from 'prom-client';
import type { Stack } from '../../local/start-stack.ts';

export type ServerClients = Closeable & {
  readonly kafka: KafkaConnection;
  readonly publisher: Publisher;
  readonly postgres: Postgres;
  readonly codec: Codec;
  readonly signer: MessageSigner;
  readonly vault: Vault;
};

/** Our own way to the servers, beside the services: it fills topics, reads positions and tables. */
export async function connectClients({ urls, env }: Pick<Stack, 'urls' | 'env'>): Promise<ServerClients> {
  const surroundings = { log: silentLog, metrics: new Registry() };
  const kafka = await connectKafka({ brokers: [urls.kafka], clientId: 'bench' }, surroundings);
  const publisher = createPublisher(kafka);
  const postgres = connectPostgres(
    { url: urls.postgres, max: 3, applicationName: 'bench', statementTimeoutMs: 120_000 },
    surroundings,
  );
  const signingKeys = parseKeyList(env['BRIDGE_SIGNING_KEY'] ?? '');
  return {
    kafka,
    publisher,
    postgres,
    codec: await createCodec({ registryUrl: urls.registry, produces: registrySubjects() }),
    signer: createMessageSigner([...signingKeys.byId].map(([id, key]) => ({ id, key: key.export() }))),
    vault: createVault({
      query: postgres.query,
      kek: parseKeyList(env['LANGGRAPH_AES_KEY'] ?? ''),
      indexKey: parseKey(env['BRIDGE_INDEX_KEY'] ?? ''),
      cacheSize: 100_000,
    }),
    close: async () => {
      await publisher.close();
      await kafka.close();
      await postgres.close();
    },
  };
}
