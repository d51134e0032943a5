import { alertKindField, alertStatuses, severities } from '@bridge/contracts';
import { z } from 'zod';
import { holdReasons } from '../notifications/domain/notification-plan.ts';
import { cursorParameter, limitParameter } from './page.ts';

/** Once, or several times for any of them. */
function anyOf<Value extends string>(values: readonly Value[]) {
  return z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(z.enum(values)).max(values.length).optional(),
  );
}

/** The query string of `GET /alerts`. */
export const alertQuerySchema = z.strictObject({
  user_id: z.string().min(1).max(256).optional(),
  status: anyOf(alertStatuses),
  severity: anyOf(severities),
  kind: alertKindField.optional(),
  acknowledged: z.enum(['true', 'false']).optional(),
  /** Only alerts that nobody is told of at present, for this reason. */
  hold: z.enum(holdReasons).optional(),
  limit: limitParameter,
  /** Newest first, by time and id. A partner's clock may say 1960. */
  cursor: cursorParameter(/^(-?\d{1,15})\/([0-9a-f]{32})$/),
});
export type AlertQuery = z.output<typeof alertQuerySchema>;
