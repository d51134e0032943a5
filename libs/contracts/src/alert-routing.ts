import { z } from 'zod';
import { alertKindField, severitySchema } from './alert-signal.ts';
import { nameField, sourceField } from './fields.ts';

/** Names of routes, channels and groups: they stand in paths and in answers. */
export const slugField = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be a short name of small letters, digits, - and _');

/** A text as it is, or every text that begins with `prefix`. */
function textMatch(text: z.ZodType<string>) {
  return z.union([text, z.strictObject({ prefix: z.string().min(1).max(64) })]);
}

/** Each field that is given must match; a field matches when one of its values does. Without fields everything matches. */
export const alertMatchSchema = z
  .strictObject({
    severity: z.array(severitySchema).min(1).max(3).exactOptional(),
    kind: z.array(textMatch(alertKindField)).min(1).max(100).exactOptional(),
    user_id: z.array(textMatch(nameField)).min(1).max(1_000).exactOptional(),
    group: z
      .array(slugField)
      .min(1)
      .max(100)
      .exactOptional()
      .describe('The person belongs to one of these groups'),
    source: z.array(textMatch(sourceField)).min(1).max(100).exactOptional(),
    question: z.boolean().exactOptional().describe('The alert asks the person something'),
  })
  .meta({ id: 'AlertMatch' });
export type AlertMatch = z.infer<typeof alertMatchSchema>;

const clockField = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:30');

/** From one time of day to another, over midnight where `to` is the earlier one. In the zone of the alert's person. */
export const dayHoursSchema = z
  .strictObject({ from: clockField, to: clockField })
  .refine(({ from, to }) => from !== to, 'must begin and end at different times');
export type DayHours = z.infer<typeof dayHoursSchema>;

const seconds = z
  .number()
  .min(0)
  .max(30 * 86_400);

/** Prometheus Alertmanager's words: group_wait, group_interval and repeat_interval. */
export const groupTimingSchema = z.strictObject({
  wait_seconds: seconds.exactOptional().describe('Before the first notification about a person'),
  interval_seconds: seconds.exactOptional().describe('Before a notification about changes'),
  repeat_seconds: seconds
    .min(1)
    .exactOptional()
    .describe('Before an alert that nobody acknowledged is repeated'),
});
export type GroupTiming = z.infer<typeof groupTimingSchema>;

export const escalationStepSchema = z.strictObject({
  after_minutes: z
    .number()
    .min(0)
    .max(7 * 1_440)
    .describe('Since the step before it, or since the first notification'),
  channels: z.array(slugField).min(1).max(20),
});
export type EscalationStep = z.infer<typeof escalationStepSchema>;

/** The settings of a route; a field that is left out is its parent's. */
const handlingShape = {
  channels: z.array(slugField).max(20).exactOptional(),
  group: groupTimingSchema.exactOptional(),
  quiet_hours: dayHoursSchema.nullable().exactOptional().describe('null: none. A critical alert passes'),
  escalation: z.array(escalationStepSchema).max(10).exactOptional(),
  deliver_info: z.boolean().exactOptional().describe('Also deliver alerts of severity info'),
  notify_updates: z.boolean().exactOptional().describe('Also tell that an open alert has new values'),
};

const handlingSchema = z.strictObject(handlingShape);

export type Route = z.infer<typeof handlingSchema> & {
  name: string;
  match?: AlertMatch;
  hours?: DayHours;
  continue?: boolean;
  routes?: Route[];
};

export const routeSchema: z.ZodType<Route> = z
  .strictObject({
    name: slugField,
    match: alertMatchSchema.exactOptional(),
    hours: dayHoursSchema.exactOptional().describe('Applies only at these times'),
    continue: z.boolean().exactOptional().describe('Also try the routes after this one'),
    ...handlingShape,
    routes: z.lazy(() => z.array(routeSchema).max(100)).exactOptional(),
  })
  .meta({ id: 'Route' });

/** While an alert of `source` is open, alerts of `target` are not delivered. */
export const inhibitionSchema = z.strictObject({
  source: alertMatchSchema,
  target: alertMatchSchema,
  same_person: z.boolean().default(true),
  same_system: z.boolean().default(false).describe('Only where both belong to one body system'),
});
export type Inhibition = z.infer<typeof inhibitionSchema>;

export const budgetSchema = z.strictObject({
  severity: z.enum(['warning', 'info']).describe('A critical alert is never held back'),
  alerts: z.int().min(0).max(1_000),
  days: z.int().min(1).max(90),
});
export type Budget = z.infer<typeof budgetSchema>;

/** Where alerts go. The first route that matches decides, unless it says `continue`; else the default route. */
export const routingSchema = z
  .strictObject({
    default: handlingSchema,
    routes: z.array(routeSchema).max(200),
    inhibitions: z.array(inhibitionSchema).max(100),
    systems: z
      .record(slugField, z.array(alertKindField).max(100))
      .describe('Body systems and the kinds of alerts that belong to each'),
  })
  .meta({ id: 'Routing' });
export type Routing = z.infer<typeof routingSchema>;

export const budgetsSchema = z
  .strictObject({ budgets: z.array(budgetSchema).max(2) })
  .meta({ id: 'Budgets' });

/** A silence holds every notification about the alerts that it matches, from `begins_at` to `ends_at`. */
export const silenceBodySchema = z
  .strictObject({
    match: alertMatchSchema.refine(
      (match) => Object.keys(match).length > 0,
      'must hold at least one field: a silence of everything hides everything',
    ),
    begins_at: z.iso.datetime({ offset: true }).exactOptional().describe('Now, unless given'),
    ends_at: z.iso.datetime({ offset: true }),
    comment: z.string().min(1).max(1_000),
  })
  .meta({ id: 'SilenceBody' });
export type SilenceBody = z.infer<typeof silenceBodySchema>;
