import { mayAccess, principalOf, type Principal, type RequireScope } from '@bridge/auth';
import { parseInWords, type AlertDetail, type AlertList } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, Response } from 'express';
import type { AlertReader, AlertSelection } from '../episodes/rows/alert-reader.ts';
import { alertDetailDocument, alertDocument } from './alert-document.ts';
import { alertQuerySchema, formatCursor, type AlertQuery, type Cursor } from './alert-query.ts';
import { queryProblem } from './query-problem.ts';

export type AlertRoutesDeps = {
  readonly alerts: AlertReader;
  readonly requireScope: RequireScope;
};

/** `GET /alerts` and `GET /alerts/{alert_id}`: only the caller's own persons, and every access is recorded first. */
export function mountAlertRoutes(app: Express, { alerts, requireScope }: AlertRoutesDeps): void {
  app.get('/alerts', requireScope('alerts'), async (req, res) => {
    const query = readQuery(req, res);
    if (query === undefined) return;
    const principal = principalOf(res);
    const users = usersFor(principal, query);
    if (users === 'refused') {
      problem(res, { status: 403, detail: 'This key is not for this user.' });
      return;
    }
    const { alerts: found, next } = await alerts.list(selectionOf(query, users), principal.keyId);
    if (next !== undefined) res.setHeader('Link', nextLink(query, next));
    res.json({
      alerts: found.map(({ episode, hold }) => alertDocument(episode, hold)),
      next: next === undefined ? null : formatCursor(next),
    } satisfies AlertList);
  });

  app.get('/alerts/:alert_id', requireScope('alerts'), async (req, res) => {
    const principal = principalOf(res);
    const alertId = String(req.params['alert_id']);
    const maySee = (userId: string) => mayAccess(principal, userId);
    const found = /^[0-9a-f]{32}$/.test(alertId)
      ? await alerts.get(alertId, maySee, principal.keyId)
      : undefined;
    if (found === undefined) problem(res, { status: 404 });
    else res.json(alertDetailDocument(found) satisfies AlertDetail);
  });
}

function readQuery(req: Request, res: Response): AlertQuery | undefined {
  const parsed = parseInWords(alertQuerySchema, req.query);
  if (parsed.success) return parsed.data;
  queryProblem(res, alertQuerySchema, parsed.error);
  return undefined;
}

/** Whose alerts to list; undefined is everybody's. */
function usersFor(
  principal: Principal,
  { user_id }: AlertQuery,
): ReadonlySet<string> | undefined | 'refused' {
  if (user_id === undefined) return principal.users;
  return mayAccess(principal, user_id) ? new Set([user_id]) : 'refused';
}

function selectionOf(query: AlertQuery, users: ReadonlySet<string> | undefined): AlertSelection {
  const { status, severity, kind, acknowledged, hold, limit, cursor } = query;
  return {
    users,
    statuses: status,
    severities: severity,
    kind,
    acknowledged: acknowledged === undefined ? undefined : acknowledged === 'true',
    hold,
    limit,
    after: cursor,
  };
}

function nextLink({ cursor, ...query }: AlertQuery, next: Cursor): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, cursor: formatCursor(next) })) {
    for (const one of [value].flat()) if (one !== undefined) parameters.append(name, String(one));
  }
  return `</alerts?${parameters.toString()}>; rel="next"`;
}
