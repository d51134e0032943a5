import type { Route, Routing } from '@bridge/contracts';

/** A route and where it stands, as a field of the routing: `routes.0.routes.2`. */
export type PlacedRoute = { readonly route: Route; readonly path: string; readonly depth: number };

/** All routes below the default one, parents first. */
export function placedRoutes({ routes }: Routing): PlacedRoute[] {
  return routes.flatMap((route, n) => withChildren({ route, path: `routes.${n}`, depth: 1 }));
}

function withChildren(placed: PlacedRoute): PlacedRoute[] {
  const { route, path, depth } = placed;
  const children = (route.routes ?? []).map((child, n) => ({
    route: child,
    path: `${path}.routes.${n}`,
    depth: depth + 1,
  }));
  return [placed, ...children.flatMap(withChildren)];
}

type Handling = Routing['default'];

/** Channels that a route names, with their fields. */
export function channelsOf(handling: Handling, path: string): { name: string; path: string }[] {
  const own = (handling.channels ?? []).map((name, n) => ({ name, path: `${path}.channels.${n}` }));
  const steps = (handling.escalation ?? []).flatMap(({ channels }, step) =>
    channels.map((name, n) => ({ name, path: `${path}.escalation.${step}.channels.${n}` })),
  );
  return [...own, ...steps];
}

/** Names of the routes that send to a channel, the default route among them. */
export function routesNaming(channel: string, routing: Routing): string[] {
  const names = ({ name }: { readonly name: string }) => name === channel;
  return [
    ...(channelsOf(routing.default, 'default').some(names) ? ['default'] : []),
    ...placedRoutes(routing).flatMap(({ route, path }) =>
      channelsOf(route, path).some(names) ? [route.name] : [],
    ),
  ];
}

/** Names of the routes whose matchers name a group of persons; `inhibitions` where one of those does. */
export function routesOfGroup(group: string, routing: Routing): string[] {
  const inhibiting = routing.inhibitions.some(
    ({ source, target }) => source.group?.includes(group) === true || target.group?.includes(group) === true,
  );
  return [
    ...placedRoutes(routing).flatMap(({ route }) =>
      route.match?.group?.includes(group) === true ? [route.name] : [],
    ),
    ...(inhibiting ? ['inhibitions'] : []),
  ];
}

/** The routing without channels that do not exist: the default one may name some that nobody made. */
export function onlyKnownChannels(routing: Routing, known: { has(name: string): boolean }): Routing {
  const handled = <H extends Handling>(handling: H): H => ({
    ...handling,
    ...(handling.channels && { channels: handling.channels.filter((name) => known.has(name)) }),
    ...(handling.escalation && {
      escalation: handling.escalation
        .map((step) => ({ ...step, channels: step.channels.filter((name) => known.has(name)) }))
        .filter(({ channels }) => channels.length > 0),
    }),
  });
  const route = (given: Route): Route => {
    const handledRoute = handled(given);
    return given.routes === undefined ? handledRoute : { ...handledRoute, routes: given.routes.map(route) };
  };
  return { ...routing, default: handled(routing.default), routes: routing.routes.map(route) };
}

/** At most a few names: a problem document is no list of routes. */
export function namedBy(routes: readonly string[]): string {
  const more = routes.length > 5 ? ` and ${routes.length - 5} more` : '';
  return `It is used by: ${routes.slice(0, 5).join(', ')}${more}. Change the routes first.`;
}
