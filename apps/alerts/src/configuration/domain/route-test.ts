import type { Routing } from '@bridge/contracts';
import type { AlertSnapshot, NotifiedPerson } from '../../notifications/domain/alert-snapshot.ts';
import type { Hold, Ledger } from '../../notifications/domain/notification-plan.ts';
import type { Configuration } from './configuration-snapshot.ts';

/** A route that was tried for an alert. */
export type RouteTrial = {
  readonly route: string;
  /** From the default route to this one. */
  readonly path: readonly string[];
  readonly matched: boolean;
  /** In words, such as "severity does not match". Names no person. */
  readonly because: string;
};

/** A route that decides, and the channels of its first notification. */
export type RouteChoice = { readonly route: string; readonly channels: readonly string[] };

/** The planner's walk through the tree. */
export type RoutesOf = (
  alert: AlertSnapshot,
  person: NotifiedPerson,
  routing: Routing,
  now: number,
) => { readonly tried: readonly RouteTrial[]; readonly chosen: readonly RouteChoice[] };

/** Why the planner would tell nobody of an alert at `now`; of one route, where the others would tell. */
export type HoldsOf = (
  alert: AlertSnapshot,
  person: NotifiedPerson,
  state: { readonly configuration: Configuration; readonly ledger: Ledger },
  now: number,
) => readonly (Hold & { readonly route?: string })[];
