import { deliveryStatuses } from '@bridge/contracts';
import { z } from 'zod';
import { cursorParameter, limitParameter } from '../../http/page.ts';

/** The query string of lists of deliveries. */
export const deliveryQuerySchema = z.strictObject({
  status: z.enum(deliveryStatuses).optional(),
  alert_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
    .optional(),
  limit: limitParameter,
  cursor: cursorParameter(/^\d{1,15}$/),
});
export type DeliveryQuery = z.output<typeof deliveryQuerySchema>;
