const purposes = {
  POSTGRES_ADMIN_URL: 'PostgreSQL, as the owner of databases',
  KAFKA_BOOTSTRAP_SERVERS: 'Kafka',
  SCHEMA_REGISTRY_URL: 'the schema registry',
  REDIS_URL: 'Redis',
  BRIDGE_DB_PASSWORD_INGEST: 'the database role of webhook-ingest',
  BRIDGE_DB_PASSWORD_COGNITION: 'the database role of cognition',
  BRIDGE_DB_PASSWORD_ALERTS: 'the database role of alerts',
  BRIDGE_DB_PASSWORD_GATEWAY: 'the database role of stream-gateway',
} as const;

export type TestVariable = keyof typeof purposes;

/** The address of a real server of this run. Throws an error that says how to get one. */
export function fromEnvironment(name: TestVariable): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set, so ${purposes[name]} can't be reached. Run "npm test", or start a stack with "npm start" and load ` +
      'its variables with "set -a; . .local/env; set +a".',
  );
}
