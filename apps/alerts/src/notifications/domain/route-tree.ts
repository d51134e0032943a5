import type { Routing } from '@bridge/contracts';
import { createHoursReader, type HoursReader } from './day-hours.ts';
import type { NotifiedPerson } from './alert-snapshot.ts';
import { mismatch, type AlertFacts, type MatchField, type PersonFacts } from './match-alert.ts';
import { routeTree, type RouteHandling, type RouteNode } from './route-handling.ts';

/** A route that was tried, in the order in which they were. */
export type RouteTrial = { readonly path: readonly string[] } & (
  | { readonly verdict: 'taken' }
  /** It matched, and one of the routes below it took the alert. */
  | { readonly verdict: 'passed_down' }
  | { readonly verdict: 'refused'; readonly because: MatchField | 'hours' }
);

export type AlertRoutes = {
  /** At least one. */
  readonly taken: readonly RouteNode[];
  readonly tried: readonly RouteTrial[];
  /** When the hours of a route that was tried begin or end next; null: none depends on the hour. */
  readonly changesAt: number | null;
};

/**
 * The routes that an alert takes now. Among siblings the first match decides, unless it says to continue; the routes below it
 * are tried in the same way, and it is taken itself where none of them matches.
 */
export function routesOf(
  alert: AlertFacts,
  person: Pick<NotifiedPerson, 'userId' | 'groups' | 'timeZone'>,
  routing: Routing,
  now: number,
): AlertRoutes {
  return routesIn(routeTree(routing).root, alert, person, createHoursReader(person.timeZone, now));
}

export function routesIn(
  root: RouteNode,
  alert: AlertFacts,
  person: PersonFacts,
  readHours: HoursReader,
): AlertRoutes {
  const tried: RouteTrial[] = [];
  let changesAt = Infinity;

  const refusal = ({ match, hours }: RouteNode): MatchField | 'hours' | null => {
    const field = mismatch(match, alert, person);
    if (field !== null || hours === undefined) return field;
    const { isInside, until } = readHours(hours);
    changesAt = Math.min(changesAt, until);
    return isInside ? null : 'hours';
  };

  const take = (node: RouteNode): readonly RouteNode[] => {
    const because = refusal(node);
    const { path } = node;
    if (because !== null) {
      tried.push({ path, verdict: 'refused', because });
      return [];
    }
    const place = tried.length;
    const below = takeFirst(node.children);
    tried.splice(place, 0, { path, verdict: below.length > 0 ? 'passed_down' : 'taken' });
    return below.length > 0 ? below : [node];
  };

  const takeFirst = (siblings: readonly RouteNode[]): readonly RouteNode[] => {
    const all: RouteNode[] = [];
    for (const node of siblings) {
      const found = take(node);
      all.push(...found);
      if (found.length > 0 && !node.continues) break;
    }
    return all;
  };

  const taken = take(root);
  return { taken, tried, changesAt: changesAt === Infinity ? null : changesAt };
}

const questionMark = 'question:';

/**
 * The person's own channels, for an alert that asks something: it goes by the waits and quiet hours of the route that the alert
 * takes, is asked once and never escalated.
 */
export function questionRoute(route: RouteHandling, channels: readonly string[]): RouteHandling {
  return {
    ...route,
    id: `${questionMark}${route.id}`,
    channels,
    repeatMs: Infinity,
    escalation: [],
    deliversInfo: true,
    notifiesUpdates: false,
  };
}

export function isQuestionRoute(id: string): boolean {
  return id.startsWith(questionMark);
}

/** The route whose rules a question route follows. */
export function routeBehind(id: string): string {
  return isQuestionRoute(id) ? id.slice(questionMark.length) : id;
}
