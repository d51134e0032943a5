import type { Route, Routing } from '@bridge/contracts';

/** The routes as a tree of sentences. */
export function RouteTree({ routing: { default: fallback, routes } }: { readonly routing: Routing }) {
  return (
    <ul class="route-tree">
      {routes.map((route) => (
        <RouteNode key={route.name} route={route} />
      ))}
      <li>
        <strong>Everything else</strong> goes to {channelsText(fallback.channels)}
      </li>
    </ul>
  );
}

function RouteNode({ route }: { readonly route: Route }) {
  const { name, match, hours, channels, routes = [], escalation = [] } = route;
  return (
    <li>
      <strong>{name}</strong>: {match === undefined ? 'everything' : matchText(match)}
      {hours !== undefined && ` from ${hours.from} to ${hours.to}`} goes to{' '}
      {channels === undefined ? 'the channels of the route above' : channelsText(channels)}
      {escalation.length > 0 && `; after ${escalation.map(stepText).join(', then after ')}`}
      {route.continue === true && '; the routes after it are tried too'}
      {routes.length > 0 && (
        <ul>
          {routes.map((child) => (
            <RouteNode key={child.name} route={child} />
          ))}
        </ul>
      )}
    </li>
  );
}

function channelsText(channels: readonly string[] = []): string {
  return channels.length === 0 ? 'nobody' : channels.join(', ');
}

function stepText({ after_minutes, channels }: NonNullable<Route['escalation']>[number]): string {
  return `${after_minutes} min to ${channels.join(', ')}`;
}

function matchText(match: NonNullable<Route['match']>): string {
  return Object.entries(match)
    .map(([field, value]) => `${field.replaceAll('_', ' ')} ${valuesText(value)}`)
    .join(' and ');
}

function valuesText(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value
    .map((one: unknown) =>
      typeof one === 'object' && one !== null && 'prefix' in one ? `${String(one.prefix)}…` : String(one),
    )
    .join(' or ');
}
