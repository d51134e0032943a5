import { z } from 'zod';
import { slugField } from './alert-routing.ts';
import { alertKindField, severitySchema } from './alert-signal.ts';
import { nameField, sourceField, utcField } from './fields.ts';

/** An alert that is only thought of: where would it go? */
export const routeTestBodySchema = z
  .strictObject({
    user_id: nameField,
    kind: alertKindField,
    severity: severitySchema,
    source: sourceField.default('cognition'),
    question: z.boolean().default(false).describe('The alert asks the person something'),
    at: z.iso.datetime({ offset: true }).exactOptional().describe('Now, unless given'),
  })
  .meta({ id: 'RouteTestBody' });
export type RouteTestBody = z.infer<typeof routeTestBodySchema>;

export const routeTestSchema = z
  .object({
    at: utcField,
    time_zone: z.string().describe('Where times of day are judged'),
    time_zone_known: z.boolean().describe('false: no signal named one, so it is UTC'),
    groups: z.array(slugField).describe('The groups that the person belongs to'),
    tried: z
      .array(
        z.object({
          route: slugField,
          path: z.array(slugField).describe('From the default route to this one'),
          matched: z.boolean(),
          because: z.string(),
        }),
      )
      .describe('Each route that was tried, in order'),
    deliveries: z
      .array(z.object({ route: slugField, channels: z.array(slugField) }))
      .describe('The routes that decide, and their channels'),
    channels: z.array(
      z.object({ name: slugField, state: z.enum(['active', 'disabled', 'faulty', 'unknown']) }),
    ),
    holds: z
      .array(
        z.object({
          reason: z.string(),
          route: slugField.exactOptional(),
          by: z.string().exactOptional().describe('The silence, or the alert that inhibits it'),
          until: utcField.exactOptional(),
        }),
      )
      .describe('Why nobody would be told at that time'),
  })
  .meta({ id: 'RouteTest' });
export type RouteTest = z.infer<typeof routeTestSchema>;
