import {
  acknowledgeBodySchema,
  alertSchema,
  feedbackBodySchema,
  resolveBodySchema,
  snoozeBodySchema,
  unacknowledgeBodySchema,
} from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused } from './answers.ts';

const tags = ['alerts'];

type ActionText = {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly schema: z.ZodType;
  readonly isBodyRequired?: boolean;
};

const action = ({ operationId, summary, description, schema, isBodyRequired = false }: ActionText) => ({
  post: {
    operationId,
    summary,
    description: `Needs the scope \`alerts\`. ${description} The same again changes nothing.`,
    tags,
    requestParams: {
      path: z.object({ alert_id: z.string().regex(/^[0-9a-f]{32}$/) }),
      header: z.object({
        'Idempotency-Key': z
          .string()
          .regex(/^[!-~]{1,255}$/)
          .optional()
          .describe("The client's own id of the request: a repetition is the same action"),
      }),
    },
    requestBody: { required: isBodyRequired, content: { 'application/json': { schema } } },
    responses: {
      200: json('The alert as it stands now', alertSchema),
      ...refused(400, 401, 403, 404, 409, 413, 415, 422, 503),
    },
  } satisfies ZodOpenApiOperationObject,
});

const page = { 'text/html': { schema: z.string() } };

const requestParams = {
  path: z.object({ token: z.string().describe('From a message; it can be used once') }),
};

const pageRefusals = {
  404: { description: 'The link is not known', content: page },
  410: { description: 'The link has expired', content: page },
  429: { description: 'Too much from this address; try again after `Retry-After`', content: page },
  503: { description: 'Not possible now; try again after `Retry-After`', content: page },
};

const showLink: ZodOpenApiOperationObject = {
  operationId: 'show_action_link',
  summary: 'The page of a one-time link: a button, and nothing about anybody',
  description: 'Acts on nothing. In English or German, as `Accept-Language` says.',
  tags,
  security: [],
  requestParams,
  responses: {
    200: { description: 'The page with the button, or that the link was used before', content: page },
    ...pageRefusals,
  },
};

const useLink: ZodOpenApiOperationObject = {
  operationId: 'use_action_link',
  summary: 'Use a one-time link: acknowledge, resolve, snooze, judge or answer',
  tags,
  security: [],
  requestParams,
  responses: {
    200: { description: 'A page that says that it is done, or was before', content: page },
    ...pageRefusals,
  },
};

export const alertActionPaths: ZodOpenApiPathsObject = {
  '/alerts/{alert_id}/acknowledge': action({
    operationId: 'acknowledge_alert',
    summary: 'Take care of an alert',
    description:
      'Its repetitions and escalation stop, until it gets worse, fires again or the given time comes.',
    schema: acknowledgeBodySchema,
  }),
  '/alerts/{alert_id}/unacknowledge': action({
    operationId: 'unacknowledge_alert',
    summary: 'Give an alert back',
    description: 'Nobody takes care of it any more.',
    schema: unacknowledgeBodySchema,
  }),
  '/alerts/{alert_id}/resolve': action({
    operationId: 'resolve_alert',
    summary: 'End an alert by hand',
    description: 'It stays ended until its severity rises, or it fires again after its own end.',
    schema: resolveBodySchema,
  }),
  '/alerts/{alert_id}/snooze': action({
    operationId: 'snooze_alert',
    summary: 'Put an alert off',
    description: 'An acknowledgement that ends at a time.',
    schema: snoozeBodySchema,
    isBodyRequired: true,
  }),
  '/alerts/{alert_id}/feedback': action({
    operationId: 'judge_alert',
    summary: 'Say whether an alert was useful',
    description: 'The last word of each key counts.',
    schema: feedbackBodySchema,
    isBodyRequired: true,
  }),
  '/a/{token}': { get: showLink, post: useLink },
};
