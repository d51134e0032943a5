import { z } from 'zod';
import { nextCursorField } from './fields.ts';
import { insightSchema } from './insight.ts';

/** `GET /users/{user_id}/insights`, newest first. */
export const insightListSchema = z
  .object({ insights: z.array(insightSchema), next: nextCursorField })
  .meta({ id: 'InsightList' });
export type InsightList = z.infer<typeof insightListSchema>;
