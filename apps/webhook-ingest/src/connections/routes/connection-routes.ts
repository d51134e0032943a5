import { mayAccess, principalOf, type Principal, type Scope } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import type { Express, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { RecordAccess } from '../rows/access-log.ts';
import type { ConnectionWrites } from '../rows/connection-writes.ts';
import type { ConnectionQueries, ConnectionRow } from '../rows/connection-queries.ts';
import type { ConnectionViews } from '../rows/connection-views.ts';
import type { Revoke } from '../revoke.ts';
import type { Vendors } from '../../vendors/check-definitions.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';
import {
  connectionDocument,
  nextRenewal,
  quarantineDocument,
  type Standings,
} from './connection-document.ts';

type Deps = {
  readonly vendors: Vendors;
  readonly views: ConnectionViews;
  readonly queries: Pick<ConnectionQueries, 'byId'>;
  readonly writes: Pick<ConnectionWrites, 'resync'>;
  readonly disconnect: Revoke['disconnect'];
  readonly vault: Pick<Vault, 'byId' | 'find'>;
  /** Requests that the vendor still grants us; undefined when that is not known. */
  readonly quotaLeft: (vendor: Vendor) => Promise<number | undefined>;
  readonly recordAccess: RecordAccess;
  readonly requireScope: (scope: Scope) => RequestHandler;
  readonly now: () => number;
};

const listQuery = z.strictObject({
  user_id: z.string().min(1).max(256).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** Where the page before ended: `next` of it. */
  after: z.uuid().optional(),
});

/** `GET /connections`, `POST /connections/{id}/resync`, `DELETE /connections/{id}`: only what the key may see. */
export function mountConnectionRoutes(app: Express, deps: Deps): void {
  const { queries, writes, disconnect, vault, requireScope } = deps;

  app.get('/connections', requireScope('connections'), async (req, res) => {
    const query = listQuery.safeParse(req.query);
    if (!query.success) {
      problem(res, { status: 400, detail: 'It takes user_id, limit (1 to 500) and after, each once.' });
      return;
    }
    const { user_id: userId } = query.data;
    const principal = principalOf(res);
    if (userId !== undefined && !mayAccess(principal, userId)) {
      problem(res, { status: 403, detail: 'This key is not for this user.' });
      return;
    }
    res.json(await list(deps, principal, query.data));
  });

  app.post('/connections/:connection_id/resync', requireScope('connections'), async (req, res) => {
    const connection = await reachable(req, res);
    if (connection === undefined) return;
    if (connection.state === 'disconnected' || connection.state === 'needs_consent') {
      problem(res, { status: 409, detail: 'This connection has ended. The person must connect again.' });
      return;
    }
    await writes.resync(connection.connectionId);
    res.status(202).json({ connection_id: connection.connectionId, status: 'accepted' });
  });

  app.delete('/connections/:connection_id', requireScope('connections'), async (req, res) => {
    const connection = await reachable(req, res);
    if (connection === undefined) return;
    const end = await disconnect(connection.connectionId);
    const status = end === 'ended' ? 200 : 202;
    res.status(status).json({
      connection_id: connection.connectionId,
      state: 'disconnected',
      revoked: end === 'ended',
    });
  });

  /** The connection of the route; 404 for one that is not known or not the key's. */
  async function reachable(req: Request, res: Response): Promise<ConnectionRow | undefined> {
    const id = z.uuid().safeParse(req.params['connection_id']);
    const connection = id.success ? await queries.byId(id.data) : undefined;
    const person = connection && (await vault.byId([connection.subjectId])).get(connection.subjectId);
    const userId = person?.userId;
    if (connection !== undefined && userId !== undefined && mayAccess(principalOf(res), userId)) {
      return connection;
    }
    problem(res, { status: 404 });
    return undefined;
  }
}

type ListQuery = z.output<typeof listQuery>;

async function list(deps: Deps, principal: Principal, { user_id, limit, after }: ListQuery) {
  const { views, vault, recordAccess } = deps;
  const users = user_id === undefined ? principal.users : [user_id];
  const asked = users && [...(await vault.find(users)).values()].map(({ subjectId }) => subjectId);
  const { page, unconnected, next } = await pageOf(views, { asked, after, limit });
  const subjectIds = [
    ...new Set([...(asked ?? []), ...page.map(({ subjectId }) => subjectId), ...unconnected]),
  ];
  const quarantined = await views.quarantined(subjectIds);
  const people = await vault.byId(subjectIds);
  // Nobody can say any more who an erased person was.
  const nameOf = (subjectId: string) => people.get(subjectId)?.userId;

  await recordAccess({
    accessor: principal.accessor,
    type: 'list',
    table: 'ingest.connections',
    seen: page.map(({ subjectId, connectionId }) => ({ subjectId, record: connectionId })),
  });
  const standings = await standingsOf(deps);
  return {
    connections: page.flatMap((view) => {
      const userId = nameOf(view.subjectId);
      return userId === undefined ? [] : [connectionDocument(view, userId, standings)];
    }),
    quarantined: quarantined.flatMap((one) => {
      const userId = nameOf(one.subjectId);
      return userId === undefined ? [] : [quarantineDocument(one, userId)];
    }),
    /** `after` of the next page; null on the last one. */
    next,
  };
}

type PageQuery = Pick<ListQuery, 'after' | 'limit'> & { readonly asked: readonly string[] | undefined };

/**
 * Connections, and where everybody is asked for also people without one, such as those who have Apple's data alone:
 * both by their ids, so that one place to go on from does for both.
 */
async function pageOf(views: ConnectionViews, { asked, after, limit }: PageQuery) {
  const connections = await views.list({ subjectIds: asked, after, limit });
  const people = asked === undefined ? await views.unconnected({ after, limit }) : [];
  const ids = [...connections.map(({ connectionId }) => connectionId), ...people].sort().slice(0, limit);
  const last = ids.at(-1) ?? '';
  return {
    page: connections.filter(({ connectionId }) => connectionId <= last),
    unconnected: people.filter((subjectId) => subjectId <= last),
    next: ids.length < limit ? null : last,
  };
}

async function standingsOf({ vendors, views, quotaLeft, now }: Deps): Promise<Standings> {
  const terms = await views.subscriptions();
  const standings = vendors.all.map(async ({ name, subscriptions }) => {
    // Without its store the budget is not known; that must not hide the connections.
    const left = await quotaLeft(name).catch(() => undefined);
    const { firstEndsAt = null, failingSince = null } = terms.get(name) ?? {};
    const nextRenewalAt =
      subscriptions === 'none'
        ? null
        : nextRenewal(firstEndsAt, { renewBeforeMs: subscriptions.renewBeforeMs, now: now() });
    return [name, { quotaLeft: left ?? null, nextRenewalAt, renewalFailingSince: failingSince }] as const;
  });
  return new Map(await Promise.all(standings));
}
