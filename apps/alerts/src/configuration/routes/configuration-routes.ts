import type { Express } from 'express';
import { mountBudgetRoutes, type BudgetRoutesDeps } from './budget-routes.ts';
import { mountChannelRoutes, type ChannelRoutesDeps } from './channel-routes.ts';
import { mountGroupRoutes, type GroupRoutesDeps } from './group-routes.ts';
import { mountRoutingRoutes, type RoutingRoutesDeps } from './routing-routes.ts';
import { mountSilenceRoutes, type SilenceRoutesDeps } from './silence-routes.ts';

export type ConfigurationRoutesDeps = RoutingRoutesDeps &
  ChannelRoutesDeps &
  GroupRoutesDeps &
  SilenceRoutesDeps &
  BudgetRoutesDeps;

/** Everything by which people set up who is told of which alert. */
export function mountConfigurationRoutes(app: Express, deps: ConfigurationRoutesDeps): void {
  mountRoutingRoutes(app, deps);
  mountChannelRoutes(app, deps);
  mountGroupRoutes(app, deps);
  mountSilenceRoutes(app, deps);
  mountBudgetRoutes(app, deps);
}
