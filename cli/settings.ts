import type { Env } from '@bridge/service-runtime';

/** The settings that commands read from the environment, and the form of their values. */
const forms = {
  AUREN_MASTER_API_KEY: 'an API key with the scope "ingest"',
  BRIDGE_EDGE_URL: 'the base URL of the edge',
  BRIDGE_SIGNING_KEY: 'the keys of our Kafka messages, as the services have them',
  KAFKA_BOOTSTRAP_SERVERS: 'the brokers as host:port, separated by commas',
  POSTGRES_ADMIN_URL: "the connection URL of the database's owner",
  SCHEMA_REGISTRY_URL: 'the base URL of the Confluent-compatible API',
} as const;

type Setting = keyof typeof forms;

/** Reads settings that a command cannot work without. Throws an error that names all the missing ones. */
export function requireSettings<Name extends Setting>(
  env: Env,
  ...names: readonly Name[]
): Record<Name, string> {
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new Error(missing.map((name) => `${name} is not set: ${forms[name]}.`).join('\n'));
  }
  return Object.fromEntries(names.map((name) => [name, env[name] ?? ''])) as Record<Name, string>;
}
