import type { AlertMatch, Problem, Routing } from '@bridge/contracts';
import { channelsOf, placedRoutes, type PlacedRoute } from './placed-routes.ts';
import { takesEverythingOf } from './route-cover.ts';

/** Names that routes may refer to. */
export type KnownNames = { readonly channels: ReadonlySet<string>; readonly groups: ReadonlySet<string> };

const mostRoutes = 500;
const mostLevels = 8;
/** Characters of matchers as JSON. Each is compared with every alert, so what names many persons is a group. */
const longestMatch = 8_000;
const longestMatches = 128_000;
const mostProblems = 20;

/** Rules that go beyond the form of a routing. No problems: it can be stored. */
export function checkRouting(routing: Routing, known: KnownNames): Problem[] {
  const placed = placedRoutes(routing);
  const sizes = sizeProblems(routing, placed);
  // Matchers beyond the limits are not compared with each other.
  if (sizes.length > 0) return sizes.slice(0, mostProblems);
  return [
    ...nameProblems(placed),
    ...channelProblems(routing, placed, known.channels),
    ...matchesOf(routing, placed).flatMap(({ match, path }) => groupProblems(match, path, known.groups)),
    ...unreachableProblems(placed),
    ...systemProblems(routing),
  ].slice(0, mostProblems);
}

/** A matcher beyond the limit, by its field. */
export function matchSizeProblems(match: AlertMatch, path: string): Problem[] {
  const message = `must have at most ${longestMatch} characters as JSON; a group of persons can stand for many`;
  return JSON.stringify(match).length > longestMatch ? [{ path, message }] : [];
}

export function groupProblems(match: AlertMatch, path: string, groups: ReadonlySet<string>): Problem[] {
  return (match.group ?? []).flatMap((name, n) =>
    groups.has(name) ? [] : [{ path: `${path}.group.${n}`, message: 'is not the name of a group' }],
  );
}

function sizeProblems(routing: Routing, placed: readonly PlacedRoute[]): Problem[] {
  if (placed.length > mostRoutes)
    return [{ path: 'routes', message: `must hold at most ${mostRoutes} routes, those within routes too` }];
  const tooDeep = placed.filter(({ depth }) => depth > mostLevels);
  if (tooDeep.length > 0)
    return tooDeep.map(({ path }) => ({ path, message: `must not lie deeper than ${mostLevels} levels` }));
  const matches = matchesOf(routing, placed);
  const tooLong = matches.flatMap(({ match, path }) => matchSizeProblems(match, path));
  if (tooLong.length > 0) return tooLong;
  const total = matches.reduce((sum, { match }) => sum + JSON.stringify(match).length, 0);
  const message = `must have matchers of at most ${longestMatches} characters together, as JSON`;
  return total > longestMatches ? [{ path: 'routes', message }] : [];
}

function matchesOf({ inhibitions }: Routing, placed: readonly PlacedRoute[]) {
  return [
    ...placed.flatMap(({ route: { match }, path }) =>
      match === undefined ? [] : [{ match, path: `${path}.match` }],
    ),
    ...inhibitions.flatMap(({ source, target }, n) => [
      { match: source, path: `inhibitions.${n}.source` },
      { match: target, path: `inhibitions.${n}.target` },
    ]),
  ];
}

function nameProblems(placed: readonly PlacedRoute[]): Problem[] {
  const seen = new Set(['default']);
  return placed.flatMap(({ route, path }) => {
    if (!seen.has(route.name)) {
      seen.add(route.name);
      return [];
    }
    const message =
      route.name === 'default' ? 'is the name of the default route' : 'is the name of another route too';
    return [{ path: `${path}.name`, message }];
  });
}

function channelProblems(
  routing: Routing,
  placed: readonly PlacedRoute[],
  channels: ReadonlySet<string>,
): Problem[] {
  const named = [
    ...channelsOf(routing.default, 'default'),
    ...placed.flatMap(({ route, path }) => channelsOf(route, path)),
  ];
  return named.flatMap(({ name, path }) =>
    channels.has(name) ? [] : [{ path, message: 'is not the name of a channel' }],
  );
}

/** Routes that no alert reaches, because one before them takes every alert that they would. */
function unreachableProblems(placed: readonly PlacedRoute[]): Problem[] {
  const bySiblings = Map.groupBy(placed, ({ path }) => path.replace(/\.?\d+$/, ''));
  return [...bySiblings.values()].flatMap((siblings) =>
    siblings.flatMap(({ route, path }, n) => {
      const earlier = siblings.slice(0, n).find((one) => takesEverythingOf(one.route, route));
      if (earlier === undefined) return [];
      const message = `is never reached: the route "${earlier.route.name}" before it takes the same alerts, without "continue"`;
      return [{ path, message }];
    }),
  );
}

/** A kind may belong to several systems: a score of vital signs concerns all of theirs. */
function systemProblems({ systems }: Routing): Problem[] {
  return Object.entries(systems).flatMap(([system, kinds]) =>
    kinds.flatMap((kind, n) =>
      kinds.indexOf(kind) === n ? [] : [{ path: `systems.${system}.${n}`, message: 'stands here twice' }],
    ),
  );
}
