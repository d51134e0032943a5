import { acceptedSchema, batchAnswerSchema, flatBodySchema } from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused, userId } from './answers.ts';
import { senders } from './security.ts';
import { accepted } from './webhooks.ts';

const elements = z.array(z.looseObject({})).optional();

const healthExport = z
  .looseObject({
    data: z.looseObject({
      metrics: z
        .array(z.looseObject({ name: z.string(), units: z.string(), data: z.array(z.looseObject({})) }))
        .optional(),
      workouts: elements,
      stateOfMind: elements,
      ecg: elements,
      heartRateNotifications: elements,
    }),
  })
  .meta({ id: 'HealthAutoExport' });

const count = z.int().min(0);

/** The answer of `POST /webhooks/apple`. */
export const importSummarySchema = z
  .strictObject({
    points: count.describe('Elements that came, of all kinds'),
    new: count,
    duplicates: count.describe('Known already, and the same'),
    corrected: count.describe('Known already with another value'),
    quarantined: count.describe('They say something that cannot be; kept, and shown by `GET /connections`'),
    dropped: count.describe('Older than anything that is kept'),
    unknown: z
      .record(z.string(), count)
      .describe('Elements of names that nobody knows here, kept as they came'),
  })
  .meta({ id: 'ImportSummary' });

const file = { schema: z.string().meta({ format: 'binary' }) };

const receive: ZodOpenApiOperationObject = {
  operationId: 'receive_apple',
  summary: 'Apple Health data: Health Auto Export, export.xml, export.zip, or one measurement',
  description:
    'Health Auto Export and files are read as a stream, at most 64 MiB at once and also as gzip; a flat body is at ' +
    'most 1 MiB. The content decides, not its type. Data belong to `user_id`, else to the one user of the key: ' +
    'a signature does not cover the query, so a signed body can only be a flat one, which names its user itself. One ' +
    'element is made of at most 500,000 values. The same body again changes nothing.',
  tags: ['webhook-ingest'],
  security: senders,
  requestParams: { query: z.object({ user_id: userId.optional() }) },
  requestBody: {
    required: true,
    content: {
      'application/json': { schema: z.union([healthExport, flatBodySchema]) },
      'application/xml': file,
      'application/zip': file,
    },
  },
  responses: {
    200: json('Stored, or of a flat body: accepted before', z.union([importSummarySchema, acceptedSchema])),
    202: accepted,
    207: json(
      'Stored, but for what is quarantined; or of a batch of flat bodies some are durable',
      z.union([importSummarySchema, batchAnswerSchema]),
    ),
    ...refused(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
};

export const applePaths: ZodOpenApiPathsObject = { '/webhooks/apple': { post: receive } };
