import { alertKindField, alertStatuses, severities } from '@bridge/contracts';
import { z } from 'zod';
import { holdReasons } from '../notifications/domain/notification-plan.ts';

/** Where the page before ended: newest first, by time and id. */
export type Cursor = { readonly openedAt: number; readonly alertId: string };

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
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(200).transform(parseCursor).optional(),
});
export type AlertQuery = z.output<typeof alertQuerySchema>;

export function formatCursor({ openedAt, alertId }: Cursor): string {
  return Buffer.from(`${String(openedAt)}/${alertId}`).toString('base64url');
}

function parseCursor(text: string, context: z.RefinementCtx): Cursor {
  const plain = Buffer.from(text, 'base64url').toString('latin1');
  const [, openedAt, alertId] = /^(-?\d{1,15})\/([0-9a-f]{32})$/.exec(plain) ?? [];
  if (openedAt === undefined || alertId === undefined) {
    context.addIssue({ code: 'custom', message: 'must be a cursor from a Link header' });
    return z.NEVER;
  }
  return { openedAt: Number(openedAt), alertId };
}
