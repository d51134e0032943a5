import { mayAccess, principalOf, type Principal, type RequireScope } from '@bridge/auth';
import { parseInWords, type AlertList } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, Response } from 'express';
import type { AlertReader } from '../episodes/rows/alert-reader.ts';
import { alertDocument } from './alert-document.ts';
import { alertQuerySchema, formatCursor, type AlertQuery, type Cursor } from './alert-query.ts';

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
    const { status, limit, cursor } = query;
    const { episodes, next } = await alerts.list(
      { users, statuses: status, limit, after: cursor },
      principal.keyId,
    );
    if (next !== undefined) res.setHeader('Link', nextLink(query, next));
    res.json({ alerts: episodes.map((episode) => alertDocument(episode)) } satisfies AlertList);
  });

  app.get('/alerts/:alert_id', requireScope('alerts'), async (req, res) => {
    const principal = principalOf(res);
    const alertId = String(req.params['alert_id']);
    const maySee = (userId: string) => mayAccess(principal, userId);
    const episode = /^[0-9a-f]{32}$/.test(alertId)
      ? await alerts.get(alertId, maySee, principal.keyId)
      : undefined;
    if (episode === undefined) problem(res, { status: 404 });
    else res.json(alertDocument(episode));
  });
}

function readQuery(req: Request, res: Response): AlertQuery | undefined {
  const parsed = parseInWords(alertQuerySchema, req.query);
  if (parsed.success) return parsed.data;
  const known = new Set(Object.keys(alertQuerySchema.shape));
  const errors = parsed.error.issues.map(({ path, message, code }) => ({
    // An unknown parameter's name comes from the caller and is not repeated.
    path: known.has(String(path[0])) ? String(path[0]) : '(query)',
    message: code === 'unrecognized_keys' ? 'holds a parameter that is not known' : message,
  }));
  problem(res, { status: 400, detail: 'A parameter does not validate.', errors });
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

function nextLink({ user_id, status, limit }: AlertQuery, next: Cursor): string {
  const query = new URLSearchParams({ limit: String(limit), cursor: formatCursor(next) });
  if (user_id !== undefined) query.set('user_id', user_id);
  for (const one of status ?? []) query.append('status', one);
  return `</alerts?${query.toString()}>; rel="next"`;
}
