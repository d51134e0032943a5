import { randomBytes } from 'node:crypto';
import type { Routing } from '@bridge/contracts';
import { putJson } from '../../proof/alerts/put-json.ts';
import type { BenchContext } from '../bench.ts';
import { profiling, startService, type RunningService } from '../service-process.ts';
import type { DeliveryReceiver } from './delivery-receiver.ts';

type Setting = {
  readonly receivers: ReadonlyMap<string, DeliveryReceiver>;
  readonly routing: Pick<Routing, 'default' | 'routes'>;
};

/** Starts the service on empty tables, and gives it channels, budgets that hold nothing back, and routes. */
export async function startAlerts(
  context: BenchContext,
  { receivers, routing }: Setting,
): Promise<RunningService> {
  // Alerts of the run before would be planned again as soon as the routes change.
  await context.clients.postgres.query(
    'truncate alerts.episodes, alerts.notification_groups, alerts.deliveries, alerts.outbox, public.alert_history cascade',
  );
  const service = await startService(context, 'alerts', profiling(context), {
    env: { ALERTS_ALLOWED_PRIVATE_HOSTS: '127.0.0.1' },
  });
  try {
    const access = { url: service.url, masterKey: context.stack.env.AUREN_MASTER_API_KEY ?? '' };
    for (const [name, { url }] of receivers) {
      const settings = { url, secrets: [`whsec_${randomBytes(32).toString('base64')}`] };
      await putJson(access, `/channels/${name}`, { kind: 'webhook', settings });
    }
    await putJson(access, '/budgets', { budgets: [] });
    await putJson(access, '/routes', { ...routing, inhibitions: [], systems: {} });
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}
