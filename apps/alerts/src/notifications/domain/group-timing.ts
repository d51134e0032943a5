import type { Ledger } from './notification-plan.ts';
import type { PendingChange } from './pending-changes.ts';
import type { RouteHandling } from './route-handling.ts';

type Groups = Ledger['groups'];

/**
 * A group is one person's alerts on one route. The first change that may be told starts its wait, so that others come along.
 * Where nothing waits any more, the next change waits anew.
 */
export function withWaits(groups: Groups, changes: readonly PendingChange[], since: number): Groups {
  const waiting = new Set(changes.filter(({ pace }) => pace === 'grouped').map(({ route }) => route.id));
  const ids = new Set([...Object.keys(groups), ...waiting]);
  return Object.fromEntries(
    [...ids].map((id) => {
      const { notifiedAt, waitingSince = since } = groups[id] ?? {};
      return [
        id,
        { ...(notifiedAt !== undefined && { notifiedAt }), ...(waiting.has(id) && { waitingSince }) },
      ];
    }),
  );
}

/** When a change may be told: after the group's wait, and its interval since the group was last notified. */
export function dueTime({ pace, notBefore, route }: PendingChange, groups: Groups): number {
  return pace === 'at_once' ? notBefore : Math.max(notBefore, groupDueTime(route, groups));
}

/** The groups on these routes were notified now. */
export function withNotified(groups: Groups, routes: ReadonlySet<string>, now: number): Groups {
  const notified = [...routes].map((id) => [id, { notifiedAt: now }]);
  return { ...groups, ...(Object.fromEntries(notified) as Groups) };
}

/** A group that fell silent is forgotten, so that it starts anew with its wait. */
export function liveGroups(groups: Groups, routesInUse: ReadonlySet<string>): Groups {
  return Object.fromEntries(
    Object.entries(groups).filter(([id, { notifiedAt, waitingSince }]) => {
      return waitingSince !== undefined || (notifiedAt !== undefined && routesInUse.has(id));
    }),
  );
}

function groupDueTime({ id, waitMs, intervalMs }: RouteHandling, groups: Groups): number {
  const { notifiedAt = -Infinity, waitingSince = -Infinity } = groups[id] ?? {};
  return Math.max(notifiedAt + intervalMs, waitingSince + waitMs);
}
