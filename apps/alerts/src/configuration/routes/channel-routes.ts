import { principalOf, requireAdmin, type RequireScope } from '@bridge/auth';
import { channelBodySchema, slugField, type ChannelDocument, type ChannelList } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, Response } from 'express';
import { z } from 'zod';
import type { SendResult } from '../../channels/channel.ts';
import { cursorParameter, leadOn, limitParameter } from '../../http/page.ts';
import { checkedBody, readJson } from '../../http/read-json.ts';
import { noParameters, readQuery } from '../../http/read-query.ts';
import type { ChangeChannel } from '../change-channel.ts';
import type { ConfigurationReader } from '../configuration.ts';
import type { Channel } from '../domain/configuration-snapshot.ts';
import type { UserIdsOf } from '../user-ids.ts';
import { answerRefusal } from './answer-refusal.ts';
import { channelDocument, sendResultDocument } from './channel-document.ts';
import { pathName } from './path-name.ts';

export type ChannelRoutesDeps = {
  readonly requireScope: RequireScope;
  readonly configuration: ConfigurationReader;
  readonly changeChannel: ChangeChannel;
  /** Sends a test notification at once, without a delivery row. The channel may be disabled. */
  readonly sendTest: (channel: Channel) => Promise<SendResult>;
  readonly userIdsOf: UserIdsOf;
};

const listQuery = z.strictObject({ limit: limitParameter, cursor: cursorParameter(/^[a-z0-9][a-z0-9_-]*$/) });

/** `/channels`: the list, one channel, its test button, and its switch. */
export function mountChannelRoutes(app: Express, deps: ChannelRoutesDeps): void {
  const { configuration, changeChannel, sendTest, userIdsOf } = deps;
  const admin = requireAdmin(deps.requireScope);

  async function documentsOf(res: Response, channels: readonly Channel[]): Promise<ChannelDocument[]> {
    const userIds = await userIdsOf({
      accessor: principalOf(res).accessor,
      table: 'alerts.channels',
      subjectIds: channels.flatMap(({ subjectId }) => subjectId ?? []),
    });
    return channels.map((channel) => channelDocument(channel, userIds.get(channel.subjectId ?? '')));
  }

  /** The channel of the path, or undefined after a 404. */
  async function find(req: Request, res: Response): Promise<Channel | undefined> {
    const channel = (await configuration.latest()).channels.get(String(req.params['name']));
    if (channel === undefined) problem(res, { status: 404 });
    return channel;
  }

  async function answerDocument(res: Response, name: string, status = 200): Promise<void> {
    const channel = (await configuration.latest()).channels.get(name);
    // Somebody may have deleted it in the meantime.
    if (channel === undefined) problem(res, { status: 404 });
    else res.status(status).json((await documentsOf(res, [channel]))[0]);
  }

  app.get('/channels', ...admin, async (req, res) => {
    const query = readQuery(req, res, listQuery);
    if (query === undefined) return;
    const { limit, cursor: [after = ''] = [] } = query;
    const channels = [...(await configuration.latest()).channels.values()]
      .filter(({ name }) => name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = channels.slice(0, limit);
    const last = page.at(-1);
    const next = leadOn(res, '/channels', { limit }, channels.length > limit ? last?.name : undefined);
    res.json({ channels: await documentsOf(res, page), next } satisfies ChannelList);
  });

  app.get('/channels/:name', ...admin, async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const channel = await find(req, res);
    if (channel !== undefined) res.json((await documentsOf(res, [channel]))[0]);
  });

  app.put('/channels/:name', ...admin, ...readJson('64kb'), async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const name = pathName(req, res, slugField);
    if (name === undefined) return;
    const body = checkedBody(req, res, channelBodySchema);
    if (body === undefined) return;
    const outcome = await changeChannel.put(name, body);
    if (outcome.kind === 'changed') await answerDocument(res, name, outcome.value.created ? 201 : 200);
    else answerRefusal(res, outcome);
  });

  app.delete('/channels/:name', ...admin, async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const outcome = await changeChannel.remove(String(req.params['name']));
    if (outcome.kind === 'changed') res.status(204).end();
    else answerRefusal(res, outcome);
  });

  app.post('/channels/:name/test', ...admin, async (req, res) => {
    const channel = await find(req, res);
    if (channel === undefined) return;
    if (channel.receiver.kind === 'usable') res.json(sendResultDocument(await sendTest(channel)));
    else problem(res, { status: 409, detail: 'Its kind or settings cannot be used: store it again.' });
  });

  app.post('/channels/:name/enable', ...admin, async (req, res) => {
    const name = String(req.params['name']);
    const outcome = await changeChannel.enable(name);
    if (outcome.kind === 'changed') await answerDocument(res, name);
    else answerRefusal(res, outcome);
  });

  app.post('/channels/:name/disable', ...admin, async (req, res) => {
    const name = String(req.params['name']);
    const outcome = await changeChannel.disable(name, 'operator');
    if (outcome.kind === 'changed') await answerDocument(res, name);
    else answerRefusal(res, outcome);
  });
}
