/** The services behind the edge; each has one origin. */
export const upstreams = ['ingest', 'cognition', 'alerts', 'gateway'] as const;
export type Upstream = (typeof upstreams)[number];

/** The destination of one part of the public address space. `nowhere` answers 404. */
export type Route = {
  readonly path: string;
  /** `exact` takes the path alone, `prefix` also everything below it. `{…}` in a path stands for one or more characters. */
  readonly match: 'exact' | 'prefix';
  readonly to: Upstream | 'nowhere';
  /** How long an answer may take, where that is longer than usual. */
  readonly answerMinutes?: number;
};

/**
 * The public routes. The first match wins. The proxy of the local stack uses this table directly, and the nginx
 * configuration of the deployment is generated from it.
 */
export const routes: readonly Route[] = [
  // The operations routes of each service are not public. Without this, `/` below would pass them to the gateway.
  { path: '/metrics', match: 'prefix', to: 'nowhere' },
  { path: '/ready', match: 'prefix', to: 'nowhere' },
  { path: '/live', match: 'prefix', to: 'nowhere' },
  { path: '/health', match: 'exact', to: 'cognition' },
  // Years of a person in one zip file are answered when all of them are stored.
  { path: '/webhooks/apple', match: 'exact', to: 'ingest', answerMinutes: 30 },
  { path: '/webhooks', match: 'prefix', to: 'ingest' },
  { path: '/connect', match: 'prefix', to: 'ingest' },
  { path: '/connections', match: 'prefix', to: 'ingest' },
  { path: '/users/{user_id}/profile', match: 'exact', to: 'ingest' },
  { path: '/users/{user_id}/answers', match: 'exact', to: 'ingest' },
  { path: '/alerts', match: 'prefix', to: 'alerts' },
  { path: '/silences', match: 'prefix', to: 'alerts' },
  { path: '/channels', match: 'prefix', to: 'alerts' },
  { path: '/routes', match: 'prefix', to: 'alerts' },
  { path: '/groups', match: 'prefix', to: 'alerts' },
  { path: '/budgets', match: 'prefix', to: 'alerts' },
  { path: '/statistics', match: 'prefix', to: 'alerts' },
  { path: '/a', match: 'prefix', to: 'alerts' },
  { path: '/', match: 'prefix', to: 'gateway' },
];

/**
 * The destination of a request target such as `/alerts?user_id=…`; undefined when it is malformed. It is compared as
 * the services would read it: percent-decoded, in lower case, with repeated slashes taken as one.
 */
export function routeTo(target: string): Route['to'] | undefined {
  const path = plainPath(target);
  if (path === undefined) return undefined;
  return routes.find((route) => matches(route, path))?.to;
}

function matches({ path, match }: Route, requested: string): boolean {
  if (path.includes('{')) return new RegExp(`^${wildcards(path)}$`).test(requested);
  if (requested === path) return true;
  return match === 'prefix' && requested.startsWith(path === '/' ? '/' : `${path}/`);
}

/** The path as a regular expression. A user id may hold a slash, which is encoded on the wire and decoded here. */
export function wildcards(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '.+');
}

function plainPath(target: string): string | undefined {
  if (!target.startsWith('/')) return undefined;
  try {
    // A base is needed to resolve `..` as the services' own parser does.
    const { pathname } = new URL(target.replace(/^\/+/, '/'), 'http://edge');
    const path = decodeURIComponent(pathname).toLowerCase().replaceAll(/\/+/g, '/');
    return path.length > 1 ? path.replace(/\/$/, '') : path;
  } catch {
    return undefined;
  }
}
