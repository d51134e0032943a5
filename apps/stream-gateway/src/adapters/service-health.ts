import { type Component, type ComponentState } from '@bridge/core';
import { z } from 'zod';

const statuses = ['healthy', 'degraded', 'unhealthy'] as const;

export type ServiceStatus = {
  readonly name: string;
  /** `unreachable`: it gives no answer that says how it is. */
  readonly status: (typeof statuses)[number] | 'unreachable';
};

export type ServiceAddress = { readonly name: string; readonly origin: string | undefined };

const withinMs = 1_500;
const health = z.object({ status: z.enum(statuses) });

/** Asks services how they are; those without an origin are left out. */
export function createServiceHealth(services: readonly ServiceAddress[]): () => Promise<ServiceStatus[]> {
  async function statusOf(origin: string): Promise<ServiceStatus['status']> {
    try {
      const answer = await fetch(new URL('/health', origin), { signal: AbortSignal.timeout(withinMs) });
      const read = health.safeParse(await answer.json());
      return read.success ? read.data.status : 'unreachable';
    } catch {
      // That is the answer.
      return 'unreachable';
    }
  }

  return () =>
    Promise.all(
      services.flatMap(({ name, origin }) =>
        origin === undefined ? [] : [statusOf(origin).then((status) => ({ name, status }))],
      ),
    );
}

/** How this service itself is. */
export async function ownStatus(name: string, components: readonly Component[]): Promise<ServiceStatus> {
  const states = await Promise.all(
    components.map(async (component) => ({ needed: component.needed, state: await stateOf(component) })),
  );
  if (states.some(({ needed, state }) => needed && state === 'unhealthy'))
    return { name, status: 'unhealthy' };
  return { name, status: states.every(({ state }) => state === 'healthy') ? 'healthy' : 'degraded' };
}

async function stateOf(component: Component): Promise<ComponentState> {
  try {
    return await component.check();
  } catch {
    // The component logs its own failures.
    return 'unhealthy';
  }
}
