import type { KafkaConfig } from '@bridge/kafka';
import type { PostgresConfig } from '@bridge/postgres';
import { parsed, secret } from '@bridge/service-runtime';
import { parseKey, parseKeyList, type VaultOptions } from '@bridge/vault';
import { z } from 'zod';
import type { WireConfig } from './wire.ts';

/** Variables that every service reads; `serviceConfig` turns them into what the clients take. */
export const serviceSettings = {
  POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** `host:port`, separated by commas. */
  KAFKA_BOOTSTRAP_SERVERS: z.string(),
  SCHEMA_REGISTRY_URL: z.url(),
  /** Key-encryption keys, `id:base64` separated by commas; the first wraps, all unwrap. */
  LANGGRAPH_AES_KEY: secret().transform(parsed(parseKeyList)),
  /** 32 bytes in base64: the blind index of user ids. Never rotates. */
  BRIDGE_INDEX_KEY: secret().transform(parsed(parseKey)),
  /** Keys of our Kafka messages, written like LANGGRAPH_AES_KEY; the first signs, all verify. */
  BRIDGE_SIGNING_KEY: secret().transform(parsed(parseKeyList)),
  HOST: z.string().default('127.0.0.1'),
};

/** The first admin key, for services that authenticate callers. */
export const masterKeySetting = () => secret();

export const portSetting = (port: number) => z.coerce.number().int().min(0).max(65_535).default(port);

type ParsedSettings<Settings extends Readonly<Record<string, z.ZodType>>> = {
  readonly [Name in keyof Settings]: z.output<Settings[Name]>;
};

/** The values of `serviceSettings` and the service's own port. */
export type ServiceVariables = ParsedSettings<typeof serviceSettings> & { readonly PORT: number };

export type ServiceConfig = {
  readonly postgres: PostgresConfig;
  readonly kafka: KafkaConfig;
  readonly wire: WireConfig;
  readonly vault: Pick<VaultOptions, 'kek' | 'indexKey' | 'cacheSize'>;
  readonly http: { readonly host: string; readonly port: number };
};

export type ServiceLimits = {
  /** Names the service to PostgreSQL and Kafka. */
  readonly name: string;
  /** Connections of one process. */
  readonly poolSize: number;
  /** Persons kept unwrapped in memory, about 0.6 KB each. */
  readonly vaultCacheSize: number;
};

export function serviceConfig(
  read: ServiceVariables,
  { name, poolSize, vaultCacheSize }: ServiceLimits,
): ServiceConfig {
  return {
    postgres: { url: read.POSTGRES_URL, max: poolSize, applicationName: name },
    kafka: { brokers: read.KAFKA_BOOTSTRAP_SERVERS.split(','), clientId: name },
    wire: {
      registryUrl: read.SCHEMA_REGISTRY_URL,
      signingKeys: [...read.BRIDGE_SIGNING_KEY.byId].map(([id, key]) => ({ id, key: key.export() })),
    },
    vault: { kek: read.LANGGRAPH_AES_KEY, indexKey: read.BRIDGE_INDEX_KEY, cacheSize: vaultCacheSize },
    http: { host: read.HOST, port: read.PORT },
  };
}
