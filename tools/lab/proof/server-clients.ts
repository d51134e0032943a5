import { registrySubjects } from '@bridge/contracts';
import { connectKafka, createCodec, createMessageMaker, createMessageSigner } from '@bridge/kafka';
import { connectPostgres } from '@bridge/postgres';
import { parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import type { Stack } from '../../local/start-stack.ts';
import { silentLog } from '@bridge/testing';

export type ServerClients = Awaited<ReturnType<typeof connectClients>>;

/** Connects to the broker, and to the database as its owner, independently of the system under test. */
export async function connectClients({ urls, env }: Stack) {
  const metrics = new Registry();
  const kafka = await connectKafka({ brokers: [urls.kafka], clientId: 'proof' }, { log: silentLog, metrics });
  const postgres = connectPostgres(
    { url: urls.postgres, max: 3, applicationName: 'proof', statementTimeoutMs: 300_000 },
    { log: silentLog, metrics },
  );
  const keys = parseKeyList(env['BRIDGE_SIGNING_KEY'] ?? '');
  const signer = createMessageSigner([...keys.byId].map(([id, key]) => ({ id, key: key.export() })));
  const codec = await createCodec({ registryUrl: urls.registry, produces: registrySubjects() });
  return {
    kafka,
    query: postgres.query,
    codec,
    signer,
    /** Makes messages as webhook-ingest does. */
    makeMessage: createMessageMaker({ codec, signer, source: 'webhook-ingest' }),
    close: async () => {
      await kafka.close();
      await postgres.close();
    },
  };
}
