import { z } from 'zod';

const mostDays = 90;

const forMinutes = z
  .int()
  .min(1)
  .max(mostDays * 1_440)
  .describe('From now on');
const untilField = z.iso
  .datetime({ offset: true, error: 'must be RFC 3339 with an offset' })
  .describe(`RFC 3339; at most ${mostDays} days ahead`);
const commentField = z.string().min(1).max(1_000);

/** The body of `POST /alerts/{alert_id}/acknowledge`. Without an end it holds until the alert ends or gets worse. */
export const acknowledgeBodySchema = z
  .strictObject({ until: untilField.exactOptional(), for_minutes: forMinutes.exactOptional() })
  .refine(
    ({ until, for_minutes }) => until === undefined || for_minutes === undefined,
    'must not name both until and for_minutes',
  )
  .meta({ id: 'AcknowledgeBody' });

/** The body of `POST /alerts/{alert_id}/snooze`. */
export const snoozeBodySchema = z
  .strictObject({ until: untilField.exactOptional(), for_minutes: forMinutes.exactOptional() })
  .refine(
    ({ until, for_minutes }) => (until === undefined) !== (for_minutes === undefined),
    'must name either until or for_minutes',
  )
  .meta({ id: 'SnoozeBody' });

/** The body of `POST /alerts/{alert_id}/unacknowledge`: it says nothing more. */
export const unacknowledgeBodySchema = z.strictObject({}).meta({ id: 'UnacknowledgeBody' });

/** The body of `POST /alerts/{alert_id}/resolve`. */
export const resolveBodySchema = z
  .strictObject({ comment: commentField.exactOptional() })
  .meta({ id: 'ResolveBody' });

/** The body of `POST /alerts/{alert_id}/feedback`. */
export const feedbackBodySchema = z
  .strictObject({ useful: z.boolean(), comment: commentField.exactOptional() })
  .meta({ id: 'FeedbackBody' });
