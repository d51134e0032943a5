import { principalOf, requireAdmin, type RequireScope } from '@bridge/auth';
import { groupBodySchema, slugField, utc, type GroupDocument, type GroupList } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express, Response } from 'express';
import { z } from 'zod';
import { cursorParameter, leadOn, limitParameter } from '../../http/page.ts';
import { checkedBody, readJson } from '../../http/read-json.ts';
import { noParameters, readQuery } from '../../http/read-query.ts';
import type { ChangeGroup } from '../change-group.ts';
import type { ConfigurationReader } from '../configuration.ts';
import type { UserIdsOf } from '../user-ids.ts';
import { answerRefusal } from './answer-refusal.ts';
import { pathName } from './path-name.ts';

export type GroupRoutesDeps = {
  readonly requireScope: RequireScope;
  readonly configuration: ConfigurationReader;
  readonly changeGroup: ChangeGroup;
  readonly userIdsOf: UserIdsOf;
};

const listQuery = z.strictObject({ limit: limitParameter, cursor: cursorParameter(/^[a-z0-9][a-z0-9_-]*$/) });

/** `GET /groups` and `GET, PUT, DELETE /groups/{name}`. */
export function mountGroupRoutes(app: Express, deps: GroupRoutesDeps): void {
  const { configuration, changeGroup, userIdsOf } = deps;
  const admin = requireAdmin(deps.requireScope);

  async function documentOf(res: Response, name: string): Promise<GroupDocument | undefined> {
    const group = (await configuration.latest()).groups.get(name);
    if (group === undefined) return undefined;
    const userIds = await userIdsOf({
      accessor: principalOf(res).accessor,
      table: 'alerts.person_group_members',
      subjectIds: group.members,
    });
    return { name, members: [...userIds.values()].sort(), updated_at: utc(group.updatedAt) };
  }

  app.get('/groups', ...admin, async (req, res) => {
    const query = readQuery(req, res, listQuery);
    if (query === undefined) return;
    const { limit, cursor: [after = ''] = [] } = query;
    const groups = [...(await configuration.latest()).groups.values()]
      .filter(({ name }) => name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = groups.slice(0, limit);
    const last = page.at(-1);
    const next = leadOn(res, '/groups', { limit }, groups.length > limit ? last?.name : undefined);
    res.json({
      groups: page.map(({ name, members, updatedAt }) => ({
        name,
        members: members.size,
        updated_at: utc(updatedAt),
      })),
      next,
    } satisfies GroupList);
  });

  app.get('/groups/:name', ...admin, async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const document = await documentOf(res, String(req.params['name']));
    if (document === undefined) problem(res, { status: 404 });
    else res.json(document);
  });

  app.put('/groups/:name', ...admin, ...readJson('4mb'), async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const name = pathName(req, res, slugField);
    if (name === undefined) return;
    const body = checkedBody(req, res, groupBodySchema);
    if (body === undefined) return;
    const outcome = await changeGroup.put(name, body.members);
    if (outcome.kind === 'changed')
      res.status(outcome.value.created ? 201 : 200).json(await documentOf(res, name));
    else answerRefusal(res, outcome);
  });

  app.delete('/groups/:name', ...admin, async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const outcome = await changeGroup.remove(String(req.params['name']));
    if (outcome.kind === 'changed') res.status(204).end();
    else answerRefusal(res, outcome);
  });
}
