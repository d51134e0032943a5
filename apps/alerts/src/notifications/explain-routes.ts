import type { RoutesOf } from '../configuration/domain/route-test.ts';
import { routesOf, type RouteTrial } from './domain/route-tree.ts';

/** The walk through the tree of routes, in words. */
export const explainRoutes: RoutesOf = (alert, person, routing, now) => {
  const { taken, tried } = routesOf(alert, person, routing, now);
  return {
    tried: tried.map((trial) => ({
      route: trial.path.at(-1) ?? 'default',
      path: trial.path,
      matched: trial.verdict !== 'refused',
      because: reasonOf(trial),
    })),
    chosen: taken.map(({ handling }) => ({ route: handling.id, channels: handling.channels })),
  };
};

function reasonOf(trial: RouteTrial): string {
  switch (trial.verdict) {
    case 'taken':
      return 'everything matches, and no route below it does';
    case 'passed_down':
      return 'everything matches, and a route below it takes the alert';
    case 'refused':
      return trial.because === 'hours' ? 'the time of day does not match' : `${trial.because} does not match`;
  }
}
