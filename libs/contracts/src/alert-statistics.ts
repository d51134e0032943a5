import { z } from 'zod';
import { alertKindField } from './alert-signal.ts';
import { utcField } from './fields.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();

/** One kind of alert within a span of time. */
const kindStatisticsSchema = z.object({
  kind: alertKindField,
  fired: count.describe('Alerts that began to fire, reopened ones included'),
  critical: count.describe('Of these, the ones that were critical at once or later'),
  acknowledged: count,
  resolved_by_hand: count,
  median_seconds_to_acknowledge: z.number().min(0).nullable(),
  useful: count,
  not_useful: count,
  useful_share: share.describe('Of the alerts that somebody judged; null: nobody did'),
});
export type KindStatistics = z.infer<typeof kindStatisticsSchema>;

/** `GET /statistics`. */
export const alertStatisticsSchema = z
  .object({ from: utcField, to: utcField, kinds: z.array(kindStatisticsSchema) })
  .meta({ id: 'AlertStatistics' });
export type AlertStatistics = z.infer<typeof alertStatisticsSchema>;
