import type { Component, ComponentState } from '@bridge/core';
import type { Query } from '@bridge/postgres';

type ComponentOwner = { readonly component: Component };

/** The entries of `/health`. Kafka counts as healthy only while the consumer has joined and decides. */
export function components(connections: {
  postgres: ComponentOwner & { readonly query: Query };
  redis: ComponentOwner;
  kafka: ComponentOwner;
  consumer: ComponentOwner;
}): Component[] {
  const { postgres, redis, kafka, consumer } = connections;
  return [
    postgres.component,
    redis.component,
    { name: 'kafka', needed: true, check: () => worst([kafka.component, consumer.component]) },
    // The graph is compiled before the service serves; without it the process would not have started.
    { name: 'langgraph', needed: true, check: () => 'healthy' },
    {
      name: 'checkpointer',
      needed: true,
      check: async (): Promise<ComponentState> => {
        await postgres.query('select 1 from neuros_checkpoints limit 1');
        return 'healthy';
      },
    },
  ];
}

async function worst(parts: readonly Component[]): Promise<ComponentState> {
  const states = await Promise.all(parts.map(async (part) => part.check()));
  return (
    states.find((state) => state === 'unhealthy') ?? states.find((state) => state === 'degraded') ?? 'healthy'
  );
}
