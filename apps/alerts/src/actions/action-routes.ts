import { mayAccess, principalOf, type RequireScope } from '@bridge/auth';
import {
  acknowledgeBodySchema,
  feedbackBodySchema,
  parseInWords,
  problemsOf,
  resolveBodySchema,
  snoozeBodySchema,
  unacknowledgeBodySchema,
  type Alert,
  type Problem,
} from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { AlertAction } from '../episodes/domain/episode.ts';
import type { AlertReader } from '../episodes/rows/alert-reader.ts';
import { alertDocument } from '../http/alert-document.ts';
import { readJson } from '../http/read-json.ts';
import { deadlineOf, type ActionResult, type RequestedAction } from './domain/alert-action.ts';

export type ActionRoutesDeps = {
  readonly alerts: Pick<AlertReader, 'get'>;
  /** Does it and says how the alert stands then; the same again leaves it unchanged. */
  readonly changeAlert: (alertId: string, action: RequestedAction, by: string) => Promise<ActionResult>;
  readonly requireScope: RequireScope;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** An action that a body asks for, or the fields that are wrong. */
type Reading = { readonly action: AlertAction } | { readonly problems: readonly Problem[] };

/** Of the header `Idempotency-Key`. */
const requestIdShape = /^[!-~]{1,255}$/;

/** `POST /alerts/{alert_id}/…`: what people do to an alert. Each answers with the alert as it stands then. */
export function mountActionRoutes(app: Express, deps: ActionRoutesDeps): void {
  const { requireScope, now } = deps;
  const guards = [requireScope('alerts'), ...readJson('16kb')];

  app.post(
    '/alerts/:alert_id/acknowledge',
    ...guards,
    handle(deps, (body) =>
      parse(acknowledgeBodySchema, body, (period) => {
        const deadline = deadlineOf(period, now());
        if (!deadline.ok) return { problems: [deadline.problem] };
        return { action: { type: 'acknowledge', until: deadline.until } };
      }),
    ),
  );

  app.post(
    '/alerts/:alert_id/unacknowledge',
    ...guards,
    handle(deps, (body) =>
      parse(unacknowledgeBodySchema, body, () => ({ action: { type: 'unacknowledge' } })),
    ),
  );

  app.post(
    '/alerts/:alert_id/resolve',
    ...guards,
    handle(deps, (body) =>
      parse(resolveBodySchema, body, (said) => ({ action: { type: 'resolve', ...said } })),
    ),
  );

  app.post(
    '/alerts/:alert_id/snooze',
    ...guards,
    handle(deps, (body) =>
      parse(snoozeBodySchema, body, (period) => {
        const deadline = deadlineOf(period, now());
        if (!deadline.ok) return { problems: [deadline.problem] };
        if (deadline.until === null) throw new Error('The schema lets no snooze without an end pass.');
        return { action: { type: 'snooze', until: deadline.until } };
      }),
    ),
  );

  app.post(
    '/alerts/:alert_id/feedback',
    ...guards,
    handle(deps, (body) =>
      parse(feedbackBodySchema, body, (said) => ({ action: { type: 'feedback', ...said } })),
    ),
  );
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  read: (body: z.output<Schema>) => Reading,
): Reading {
  const parsed = parseInWords(schema, body);
  return parsed.success ? read(parsed.data) : { problems: problemsOf(parsed.error) };
}

function handle(
  { alerts, changeAlert, now }: ActionRoutesDeps,
  read: (body: unknown) => Reading,
): RequestHandler {
  return async function act(req, res) {
    const principal = principalOf(res);
    const requestId = req.get('idempotency-key');
    if (requestId !== undefined && !requestIdShape.test(requestId)) {
      problem(res, { status: 400, detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters.' });
      return;
    }
    const alertId = String(req.params['alert_id']);
    const maySee = (userId: string) => mayAccess(principal, userId);
    // Before the body: whoever may not see an alert learns nothing about it.
    const isVisible =
      /^[0-9a-f]{32}$/.test(alertId) && (await alerts.get(alertId, maySee, principal.accessor)) !== undefined;
    if (!isVisible) {
      problem(res, { status: 404 });
      return;
    }
    const body: unknown = req.body;
    const reading = read(body === undefined ? {} : body);
    if ('problems' in reading) {
      problem(res, { status: 422, detail: 'A field does not validate.', errors: reading.problems });
      return;
    }
    const action = { ...reading.action, ...(requestId !== undefined && { requestId }) };
    answer(res, await changeAlert(alertId, action, principal.accessor), now());
  };
}

function answer(res: Response, result: ActionResult, now: number): void {
  switch (result.kind) {
    case 'changed':
    case 'unchanged':
      res.json(alertDocument(result.episode, undefined, now) satisfies Alert);
      return;
    case 'missing':
      problem(res, { status: 404 });
      return;
    case 'ended':
      problem(res, { status: 409, title: 'Alert ended', detail: 'The alert is over.' });
  }
}
