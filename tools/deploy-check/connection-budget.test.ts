import { expect, test } from 'vitest';
import { z } from 'zod';
import { compose, environmentOf, loadWith, own } from './own-services.ts';

// A server that runs out of connections refuses services at random, and then they restart for ever.

/** What a service's configuration says of its connections to PostgreSQL. */
const pools = z.object({
  postgres: z.object({ max: z.number() }),
  jobs: z.object({ concurrency: z.number() }).optional(),
});

/** The job runner of webhook-ingest has a pool of its own: one connection for each job, and one that listens. */
const connectionsOf = ({ postgres, jobs }: z.infer<typeof pools>) =>
  postgres.max + (jobs ? jobs.concurrency + 1 : 0);

/** The job before the services: one that holds the lock, and graphile-worker's migrations beside it. */
const setupConnections = 3;

/** `superuser_reserved_connections`, whose default the compose file leaves alone. */
const reservedForSuperusers = 3;

/** For operators: bridge commands, psql, a backup and the health check, several at once. */
const reserve = 20;

function maxConnections(): number {
  const flag = compose.services['postgres']?.command?.find((one) => one.startsWith('-cmax_connections='));
  return Number(flag?.split('=')[1]);
}

test('the pools of everybody fit into max_connections, with a reserve for operators', async () => {
  const services = own.filter(({ image }) => image !== 'setup');
  const needed = await Promise.all(
    services.map(async ({ service, image }) => {
      const { config } = await loadWith(image, environmentOf(service));
      return connectionsOf(pools.parse(config));
    }),
  );
  const registry = Number(
    compose.services['schema-registry']?.environment['QUARKUS_DATASOURCE_JDBC_MAX_SIZE'],
  );
  expect(services).toHaveLength(4);
  for (const size of [...needed, registry]) expect(size).toBeGreaterThan(1);
  const sum = [...needed, registry, setupConnections, reservedForSuperusers, reserve].reduce((a, b) => a + b);
  expect(sum).toBeLessThan(maxConnections());
});

test('the registry cannot open more at once than its pool may hold', () => {
  const environment = compose.services['schema-registry']?.environment ?? {};
  const size = (name: string) => Number(environment[`QUARKUS_DATASOURCE_JDBC_${name}_SIZE`]);
  expect(size('INITIAL')).toBeLessThanOrEqual(size('MAX'));
  expect(size('MIN')).toBeLessThanOrEqual(size('MAX'));
});

test('the memory of a connection is planned for as many connections as are allowed', () => {
  const planned = compose.services['postgres']?.environment['TS_TUNE_MAX_CONNS'];
  expect(Number(planned)).toBe(maxConnections());
});
