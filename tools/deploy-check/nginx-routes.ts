import { routes, wildcards, type Route, type Upstream } from '../edge/routes.ts';

/** Compose services behind the edge, by the name of the route table. */
export const composeServices: Readonly<
  Record<Upstream, { readonly service: string; readonly port: number }>
> = {
  ingest: { service: 'webhook-ingest', port: 8001 },
  cognition: { service: 'biometric-bridge', port: 8002 },
  alerts: { service: 'alerts', port: 8003 },
  gateway: { service: 'stream-gateway', port: 8004 },
};

/**
 * The route table as nginx locations. Regular expressions without regard to case, because nginx takes the first that matches, as
 * the table does, and because the services' own routers ignore case.
 */
export function nginxRoutes(): string {
  const locations = routes.map((route) => `location ~* ${pattern(route)} {\n    ${action(route)}\n}\n`);
  return `# Generated from tools/edge/routes.ts by "npm run bridge -- deploy-check --write"; do not edit.\n\n${locations.join('\n')}`;
}

function pattern({ path, match }: Route): string {
  if (path === '/') return '^/';
  return match === 'exact' ? `^${wildcards(path)}/?$` : `^${path}(?:/|$)`;
}

function action({ to, answerMinutes }: Route): string {
  if (to === 'nowhere') return 'return 404;';
  const { service, port } = composeServices[to];
  // A variable, so that the name is resolved at each request and not once at the start.
  const patience = answerMinutes === undefined ? '' : `proxy_read_timeout ${answerMinutes}m;\n    `;
  return `${patience}set $origin http://${service}:${port};\n    proxy_pass $origin;`;
}
