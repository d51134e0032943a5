import { type Component, type ComponentState } from '@bridge/core';
import { type Express } from 'express';
import { type Registry } from 'prom-client';
import { createComponentHealth } from './component-health.ts';

export type OpsOptions = {
  service: string;
  version: string;
  components: readonly Component[];
  metrics: Registry;
  /** True from the first stop signal on; `/ready` answers 503 then. */
  isStopping: () => boolean;
  /** Further top-level fields of `/health`, such as `runtime`. */
  extraHealth?: Readonly<Record<string, string>>;
};

type Reading = { name: string; needed: boolean; state: ComponentState };

/** `/health` answers within 100 ms whatever a component does; `/ready` waits for a check to come to its end. */
const healthPatienceMs = 60;
const readyPatienceMs = 1_500;

/** Mounts `/live`, `/ready`, `/health` and `/metrics`. */
export function mountOps(app: Express, options: OpsOptions): void {
  const { service, version, metrics, isStopping, extraHealth } = options;
  const components = options.components.map(createComponentHealth);

  function read(patienceMs: number): Promise<Reading[]> {
    return Promise.all(
      components.map(async (component) => ({
        name: component.name,
        needed: component.needed,
        state: await component.state(patienceMs),
      })),
    );
  }

  app.get('/live', (_req, res) => {
    res.json({ status: 'live', service });
  });

  app.get('/ready', async (_req, res) => {
    const works = overall(await read(readyPatienceMs)) !== 'unhealthy';
    const status = isStopping() ? 'stopping' : works ? 'ready' : 'not ready';
    res.status(status === 'ready' ? 200 : 503).json({ status });
  });

  app.get('/health', async (_req, res) => {
    const readings = await read(healthPatienceMs);
    const status = overall(readings);
    res.status(status === 'unhealthy' ? 503 : 200).json({
      status,
      version,
      ...extraHealth,
      components: Object.fromEntries(readings.map(({ name, state }) => [name, state])),
    });
  });

  app.get('/metrics', async (_req, res) => {
    res.setHeader('Content-Type', metrics.contentType);
    res.end(await metrics.metrics());
  });
}

/** Unhealthy only where a needed component is; anything else that is not well degrades the service. */
function overall(readings: readonly Reading[]): ComponentState {
  if (readings.some(({ needed, state }) => needed && state === 'unhealthy')) return 'unhealthy';
  return readings.every(({ state }) => state === 'healthy') ? 'healthy' : 'degraded';
}
