import { deliveryStatuses } from '@bridge/contracts';
import { z } from 'zod';

/** The query string of lists of deliveries. */
export const deliveryQuerySchema = z.strictObject({
  status: z.enum(deliveryStatuses).optional(),
  alert_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(200).transform(parseCursor).optional(),
});
export type DeliveryQuery = z.output<typeof deliveryQuerySchema>;

/** @param place Where the page ended. */
export function formatCursor(place: number): string {
  return Buffer.from(String(place)).toString('base64url');
}

function parseCursor(text: string, context: z.RefinementCtx): number {
  const plain = Buffer.from(text, 'base64url').toString('latin1');
  if (/^\d{1,15}$/.test(plain)) return Number(plain);
  context.addIssue({ code: 'custom', message: 'must be a cursor from the page before' });
  return z.NEVER;
}
