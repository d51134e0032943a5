import { mayAccess, principalOf, type Principal, type RequireScope } from '@bridge/auth';
import type { AlertDetail, AlertList } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express } from 'express';
import type { DeliveryList } from '../deliveries/rows/delivery-list.ts';
import type { AlertReader, AlertSelection } from '../episodes/rows/alert-reader.ts';
import { alertDetailDocument, alertDocument } from './alert-document.ts';
import { alertQuerySchema, type AlertQuery } from './alert-query.ts';
import { leadOn } from './page.ts';
import { readQuery } from './read-query.ts';

export type AlertRoutesDeps = {
  readonly alerts: AlertReader;
  readonly deliveries: Pick<DeliveryList, 'list'>;
  readonly requireScope: RequireScope;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** In one alert; its own list has all of them. */
const newestDeliveries = 20;

/** `GET /alerts` and `GET /alerts/{alert_id}`: only the caller's own persons, and every access is recorded first. */
export function mountAlertRoutes(app: Express, deps: AlertRoutesDeps): void {
  const { alerts, deliveries, requireScope, now } = deps;
  app.get('/alerts', requireScope('alerts'), async (req, res) => {
    const query = readQuery(req, res, alertQuerySchema);
    if (query === undefined) return;
    const principal = principalOf(res);
    const users = usersFor(principal, query);
    if (users === 'refused') {
      problem(res, { status: 403, detail: 'This key is not for this user.' });
      return;
    }
    const { cursor, ...parameters } = query;
    const { alerts: found, next } = await alerts.list(
      { ...selectionOf(parameters, users), after: cursorOf(cursor) },
      principal.accessor,
    );
    res.json({
      alerts: found.map(({ episode, hold }) => alertDocument(episode, hold, now())),
      next: leadOn(res, '/alerts', parameters, next && `${String(next.openedAt)}/${next.alertId}`),
    } satisfies AlertList);
  });

  app.get('/alerts/:alert_id', requireScope('alerts'), async (req, res) => {
    const principal = principalOf(res);
    const alertId = String(req.params['alert_id']);
    const maySee = (userId: string) => mayAccess(principal, userId);
    const found = /^[0-9a-f]{32}$/.test(alertId)
      ? await alerts.get(alertId, maySee, principal.accessor)
      : undefined;
    if (found === undefined) {
      problem(res, { status: 404 });
      return;
    }
    const { deliveries: newest } = await deliveries.list({
      of: { alertId },
      status: undefined,
      cursor: undefined,
      limit: newestDeliveries,
    });
    res.json(alertDetailDocument(found, newest, now()) satisfies AlertDetail);
  });
}

/** Whose alerts to list; undefined is everybody's. */
function usersFor(
  principal: Principal,
  { user_id }: AlertQuery,
): ReadonlySet<string> | undefined | 'refused' {
  if (user_id === undefined) return principal.users;
  return mayAccess(principal, user_id) ? new Set([user_id]) : 'refused';
}

function selectionOf(
  { status, severity, kind, acknowledged, hold, limit }: Omit<AlertQuery, 'cursor'>,
  users: ReadonlySet<string> | undefined,
): Omit<AlertSelection, 'after'> {
  return {
    users,
    statuses: status,
    severities: severity,
    kind,
    acknowledged: acknowledged === undefined ? undefined : acknowledged === 'true',
    hold,
    limit,
  };
}

function cursorOf(cursor: AlertQuery['cursor']): AlertSelection['after'] {
  const [, openedAt, alertId = ''] = cursor ?? [];
  return openedAt === undefined ? undefined : { openedAt: Number(openedAt), alertId };
}
