import {
  acceptedSchema,
  batchAnswerSchema,
  flatBodySchema,
  manualAnswerSchema,
  manualBodySchema,
  manualProfileSchema,
  readingSchema,
} from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused } from './answers.ts';
import { senders } from './security.ts';
import { bodies, flatDescription, inPart } from './webhooks.ts';

const understood = acceptedSchema
  .extend({
    readings: z
      .array(
        readingSchema.extend({
          understood_as: z.string().optional().describe('What was converted or assumed: `lb → kg`'),
        }),
      )
      .optional()
      .describe('How each reading was understood; absent for a flat body'),
  })
  .meta({ id: 'Understood' });

const receive: ZodOpenApiOperationObject = {
  operationId: 'receive_manual',
  summary: 'Readings by hand, each with a unit; one measurement; a profile; an answer',
  description:
    'All readings of a body are one event; when one is not understood, nothing is stored. Beside `ingest` a profile needs ' +
    `the scope \`profile\`, an answer the scope \`alerts\`: a signature has neither. ${flatDescription}`,
  tags: ['webhook-ingest'],
  security: senders,
  requestBody: bodies(z.union([manualBodySchema, manualProfileSchema, manualAnswerSchema, flatBodySchema])),
  responses: {
    200: json('Accepted before, with the same content', understood),
    202: json(
      'Durable, and how it was understood; of a batch all are',
      z.union([understood, batchAnswerSchema]),
    ),
    207: inPart,
    ...refused(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
};

export const manualPaths: ZodOpenApiPathsObject = { '/webhooks/manual': { post: receive } };
