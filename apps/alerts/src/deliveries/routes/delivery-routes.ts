import { type Principal, principalOf, requireAdmin, type RequireScope } from '@bridge/auth';
import { slugField, type DeliveryList as DeliveryListDocument } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, Response } from 'express';
import { leadOn } from '../../http/page.ts';
import { readQuery } from '../../http/read-query.ts';
import type { DeliveryChannels } from '../channel-lanes.ts';
import type { DeliveryList, DeliverySelection } from '../rows/delivery-list.ts';
import { deliveryDocument } from './delivery-document.ts';
import { deliveryQuerySchema, type DeliveryQuery } from './delivery-query.ts';

export type DeliveryRoutesDeps = {
  readonly deliveries: DeliveryList;
  readonly channels: () => DeliveryChannels;
  readonly nudge: (channels: Iterable<string>) => void;
  /** Whether there is such an alert, of a person whom the caller may see. It records the access. */
  readonly maySeeAlert: (alertId: string, principal: Principal) => boolean | Promise<boolean>;
  readonly requireScope: RequireScope;
  readonly now: () => number;
};

const idPattern = /^[0-9a-f]{32}$/;

/** Deliveries of a channel and of an alert, and sending one again. They hold no content: nothing of a person. */
export function mountDeliveryRoutes(app: Express, deps: DeliveryRoutesDeps): void {
  const { deliveries, channels, maySeeAlert, requireScope } = deps;
  const admin = requireAdmin(requireScope);

  app.get('/channels/:name/deliveries', ...admin, async (req, res) => {
    const channel = nameOf(req);
    const query = readQuery(req, res, deliveryQuerySchema);
    if (query === undefined) return;
    if (channel === undefined) {
      problem(res, { status: 404 });
      return;
    }
    // Those of a channel that was deleted are still listed.
    const { alert_id: alertId } = query;
    const of = { channel, ...(alertId === undefined ? {} : { alertId }) };
    await answer(res, `/channels/${channel}/deliveries`, query, of);
  });

  app.get('/alerts/:alert_id/deliveries', requireScope('alerts'), async (req, res) => {
    const alertId = String(req.params['alert_id']);
    const query = readQuery(req, res, deliveryQuerySchema);
    if (query === undefined) return;
    if (!idPattern.test(alertId) || !(await maySeeAlert(alertId, principalOf(res)))) {
      problem(res, { status: 404 });
      return;
    }
    await answer(res, `/alerts/${alertId}/deliveries`, query, { alertId });
  });

  app.post('/channels/:name/deliveries/:delivery_id/retry', ...admin, async (req, res) => {
    const channel = nameOf(req);
    const deliveryId = String(req.params['delivery_id']);
    const state = channel === undefined ? undefined : channels().get(channel)?.state;
    if (channel === undefined || state === undefined || !idPattern.test(deliveryId)) {
      problem(res, { status: 404 });
      return;
    }
    if (state === 'disabled') {
      problem(res, { status: 409, detail: 'The channel is disabled. Enable it first.' });
      return;
    }
    const status = await deliveries.redeliver(channel, deliveryId, deps.now());
    if (status === 'missing') problem(res, { status: 404 });
    else if (status === 'delivered') problem(res, { status: 409, detail: 'It was delivered.' });
    else {
      deps.nudge([channel]);
      res.status(202).json({ delivery_id: deliveryId, status });
    }
  });

  async function answer(
    res: Response,
    path: string,
    query: DeliveryQuery,
    of: DeliverySelection['of'],
  ): Promise<void> {
    const { cursor: [place] = [], ...parameters } = query;
    const { status, limit } = parameters;
    const cursor = place === undefined ? undefined : Number(place);
    const page = await deliveries.list({ of, status, limit, cursor });
    const next = leadOn(res, path, parameters, page.next?.toString());
    res.json({ deliveries: page.deliveries.map(deliveryDocument), next } satisfies DeliveryListDocument);
  }
}

function nameOf(req: Request): string | undefined {
  return slugField.safeParse(req.params['name']).data;
}
