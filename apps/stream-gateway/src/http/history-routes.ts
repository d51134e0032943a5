import { principalOf, type RequireScope } from '@bridge/auth';
import { modes, resolutions } from '@bridge/contracts';
import type { History, Page } from '@bridge/history';
import type { Express, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { answerHistory } from './answer-history.ts';
import { cursorParameter, leadOn, limitParameter } from './page.ts';
import { instantParameter, noParameters, readQuery } from './read-query.ts';

type Deps = {
  readonly requireScope: RequireScope;
  readonly limited: RequestHandler;
  readonly history: History;
};

const peopleQuery = z.strictObject({
  mode: z.enum(modes).optional(),
  alerting: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  stale: z
    .literal('true')
    .transform(() => true as const)
    .optional(),
  q: z.string().min(1).max(256).optional(),
  sort: z.enum(['urgency', 'user_id']).default('urgency'),
  limit: limitParameter,
  cursor: cursorParameter(/^[0-9a-f.-]{1,100}$/),
});

const readingsQuery = z.strictObject({
  metric: z.string().min(1).max(64),
  from: instantParameter,
  to: instantParameter,
  resolution: z.enum([...resolutions, 'auto']).default('auto'),
});

const span = { from: instantParameter, to: instantParameter, limit: limitParameter };
const sleepQuery = z.strictObject({ ...span, cursor: cursorParameter(/^\d{1,7}$/) });
const transitionsQuery = z.strictObject({ ...span, cursor: cursorParameter(/^\d{1,15}$/) });
const insightsQuery = z.strictObject({ ...span, cursor: cursorParameter(/^\d{1,15}\.\d{1,6}$/) });

const decisionId = /^[0-9a-f]{32}$/;

/** What apps look back at. The history checks who may see whom, and notes who looked. */
export function mountHistory(app: Express, { requireScope, limited, history }: Deps): void {
  const reader = [requireScope('stream'), limited];

  app.get('/users', reader, async (req: Request, res: Response) => {
    const query = readQuery(req, res, peopleQuery);
    if (query === undefined) return;
    const result = await history.listPeople(principalOf(res), query);
    answerHistory(res, result, (list) => ({ ...list, next: leadOn(req, res, list.next ?? undefined) }));
  });

  app.get('/users/:user_id/state', reader, async (req: Request, res: Response) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    answerHistory(res, await history.state(principalOf(res), userOf(req), undefined));
  });

  app.get('/users/:user_id/readings', reader, async (req: Request, res: Response) => {
    const query = readQuery(req, res, readingsQuery);
    if (query === undefined) return;
    answerHistory(res, await history.readings(principalOf(res), userOf(req), query));
  });

  app.get('/users/:user_id/sleep', reader, async (req: Request, res: Response) => {
    const query = readQuery(req, res, sleepQuery);
    if (query === undefined || !isSpan(res, query)) return;
    const { cursor, ...selection } = query;
    const beforeDay = cursor === undefined ? undefined : Number(cursor);
    const result = await history.sleep(principalOf(res), userOf(req), { ...selection, beforeDay });
    answerHistory(res, result, pageBody(req, res, 'nights'));
  });

  app.get('/users/:user_id/transitions', reader, async (req: Request, res: Response) => {
    const query = readQuery(req, res, transitionsQuery);
    if (query === undefined || !isSpan(res, query)) return;
    const { cursor, ...selection } = query;
    const beforeSeq = cursor === undefined ? undefined : Number(cursor);
    const result = await history.transitions(principalOf(res), userOf(req), { ...selection, beforeSeq });
    answerHistory(res, result, pageBody(req, res, 'transitions'));
  });

  app.get('/users/:user_id/insights', reader, async (req: Request, res: Response) => {
    const query = readQuery(req, res, insightsQuery);
    if (query === undefined || !isSpan(res, query)) return;
    const { cursor, ...selection } = query;
    const [seq, place] = cursor?.split('.') ?? [];
    const before = seq === undefined ? undefined : { seq: Number(seq), place: Number(place) };
    const result = await history.insights(principalOf(res), userOf(req), { ...selection, before });
    answerHistory(res, result, pageBody(req, res, 'insights'));
  });

  app.get('/decisions/:id', reader, async (req: Request, res: Response) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const id = String(req.params['id']);
    if (decisionId.test(id)) answerHistory(res, await history.decision(principalOf(res), id));
    else answerHistory(res, { kind: 'refused', parameter: 'id', detail: 'must be 32 hex digits' });
  });
}

function userOf(req: Request): string {
  return String(req.params['user_id']);
}

type Span = { readonly from?: number | undefined; readonly to?: number | undefined };

function isSpan(res: Response, { from, to }: Span): boolean {
  if (from === undefined || to === undefined || from < to) return true;
  answerHistory(res, { kind: 'refused', parameter: 'from', detail: 'must be before to' });
  return false;
}

function pageBody(req: Request, res: Response, name: string) {
  return ({ items, next }: Page<unknown>) => ({ [name]: items, next: leadOn(req, res, next) });
}
