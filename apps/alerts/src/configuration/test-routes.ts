import { utc, type RouteTest, type RouteTestBody } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { AlertSnapshot, NotifiedPerson } from '../notifications/domain/alert-snapshot.ts';
import { emptyLedger } from '../notifications/domain/notification-plan.ts';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import type { ConfigurationReader } from './configuration.ts';
import type { Channel } from './domain/configuration-snapshot.ts';
import type { HoldsOf, RoutesOf } from './domain/route-test.ts';
import type { RecordAccess } from './rows/access-log.ts';
import { loadLedger } from './rows/ledger-reader.ts';

/** Where an alert would go, and who would be told. Nothing is sent or written. */
export type TestRoutes = (body: RouteTestBody, accessor: string) => Promise<RouteTest>;

export type TestRoutesDeps = {
  readonly query: Query;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  readonly recordAccess: RecordAccess;
  readonly now: () => number;
  readonly configuration: ConfigurationReader;
  readonly routesOf: RoutesOf;
  readonly holdsOf: HoldsOf;
  /** Of the person's newest signal that named one. */
  readonly timeZoneOf: (subjectId: string) => Promise<string | undefined>;
};

export function createTestRoutes(deps: TestRoutesDeps): TestRoutes {
  const { vault, now, routesOf, holdsOf } = deps;

  return async function testRoutes(body, accessor) {
    const at = body.at === undefined ? now() : Date.parse(body.at);
    const configuration = await deps.configuration.latest();
    const subjectId = (await vault.find([body.user_id])).get(body.user_id)?.subjectId;
    // The answer tells the person's groups, time zone, budget and silences.
    if (subjectId !== undefined)
      await deps.recordAccess({ accessor, table: 'alerts.notification_groups', subjectIds: [subjectId] });
    const groups = configuration.groupsBySubject.get(subjectId ?? '') ?? new Set();
    const timeZone = subjectId === undefined ? undefined : await deps.timeZoneOf(subjectId);
    // Nothing is known of a person whom no event, group or channel has named yet.
    const person: NotifiedPerson = { subjectId: subjectId ?? '', userId: body.user_id, groups, timeZone };
    const alert = thoughtOf(body, at);
    const ledger = subjectId === undefined ? emptyLedger : await loadLedger(deps, subjectId);
    const { tried, chosen } = routesOf(alert, person, configuration.routing.value, at);
    const names = new Set(chosen.flatMap(({ channels }) => channels));
    return {
      at: utc(at),
      time_zone: timeZone ?? 'UTC',
      time_zone_known: timeZone !== undefined,
      groups: [...groups].sort(),
      tried: tried.map(({ path, ...trial }) => ({ ...trial, path: [...path] })),
      deliveries: chosen.map(({ route, channels }) => ({ route, channels: [...channels] })),
      channels: [...names].map((name) => ({ name, state: stateOf(configuration.channels.get(name)) })),
      holds: holdsOf(alert, person, { configuration, ledger }, at).map(({ reason, route, by, until }) => ({
        reason,
        ...(route !== undefined && { route }),
        ...(by !== undefined && { by }),
        ...(until !== undefined && { until: utc(until) }),
      })),
    };
  };
}

/** An alert that has just begun to fire. No stored one has its id. */
function thoughtOf({ kind, source, severity, question }: RouteTestBody, at: number): AlertSnapshot {
  return {
    alertId: '0'.repeat(32),
    kind,
    source,
    status: 'firing',
    reason: undefined,
    severity,
    firingSince: at,
    version: 1,
    acknowledged: null,
    asksQuestion: question,
    summaryHash: '',
  };
}

function stateOf(channel: Channel | undefined): RouteTest['channels'][number]['state'] {
  if (channel === undefined) return 'unknown';
  return channel.receiver.kind === 'faulty' ? 'faulty' : channel.state;
}
