import type { Component, ComponentState } from '@bridge/core';

type Connection = { readonly component: Component };

/** The entries of `/health`. Kafka counts as healthy only while the consumer has joined and goes on. */
export function components(connections: {
  postgres: Connection;
  kafka: Connection;
  consumer: Connection;
  rows: Connection;
}) {
  const parts = [connections.kafka.component, connections.consumer.component];
  const kafka: Component = {
    name: 'kafka',
    needed: true,
    async check(): Promise<ComponentState> {
      const states = await Promise.all(parts.map(async (part) => part.check()));
      return states.every((state) => state === 'healthy') ? 'healthy' : 'unhealthy';
    },
  };
  return [connections.postgres.component, kafka, connections.rows.component];
}
