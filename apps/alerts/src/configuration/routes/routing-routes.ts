import { principalOf, requireAdmin, type RequireScope } from '@bridge/auth';
import { routeTestBodySchema, routingSchema } from '@bridge/contracts';
import type { Express } from 'express';
import { checkedBody, readJson } from '../../http/read-json.ts';
import { noParameters, readQuery } from '../../http/read-query.ts';
import type { ChangeRouting } from '../change-routing.ts';
import type { ConfigurationReader } from '../configuration.ts';
import { matchesOfRouting, type RecordNamed } from '../named-persons.ts';
import type { TestRoutes } from '../test-routes.ts';
import { answerRefusal } from './answer-refusal.ts';
import { expectedRevisions, setRevisionTag } from './revision-tag.ts';

export type RoutingRoutesDeps = {
  readonly requireScope: RequireScope;
  readonly configuration: ConfigurationReader;
  readonly changeRouting: ChangeRouting;
  readonly testRoutes: TestRoutes;
  readonly recordNamed: RecordNamed;
};

/** `GET, PUT /routes` and `POST /routes/test`. */
export function mountRoutingRoutes(app: Express, deps: RoutingRoutesDeps): void {
  const { configuration, changeRouting, testRoutes, recordNamed } = deps;
  const admin = requireAdmin(deps.requireScope);

  app.get('/routes', ...admin, async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const { routing } = await configuration.latest();
    const access = { accessor: principalOf(res).accessor, table: 'alerts.routings' } as const;
    await recordNamed(access, matchesOfRouting(routing.value));
    setRevisionTag(res, routing.revision);
    res.json(routing.value);
  });

  app.put('/routes', ...admin, ...readJson('1mb'), async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const expected = expectedRevisions(req, res);
    if (expected === undefined) return;
    const value = checkedBody(req, res, routingSchema);
    if (value === undefined) return;
    const author = principalOf(res).accessor;
    const outcome = await changeRouting.routing({ value, author, expected });
    if (outcome.kind !== 'changed') {
      answerRefusal(res, outcome);
      return;
    }
    setRevisionTag(res, outcome.value);
    res.json(value);
  });

  app.post('/routes/test', ...admin, ...readJson('16kb'), async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const body = checkedBody(req, res, routeTestBodySchema);
    if (body !== undefined) res.json(await testRoutes(body, principalOf(res).accessor));
  });
}
