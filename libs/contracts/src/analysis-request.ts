import { z } from 'zod';
import { nameField, utcField, uuidField } from './fields.ts';

/** Ids only: the question itself lies sealed in PostgreSQL. */
export const analysisRequestSchema = z
  .object({ analysis_id: uuidField, user_id: nameField, requested_at: utcField })
  .meta({ id: 'AnalysisRequest' });

export type AnalysisRequest = z.infer<typeof analysisRequestSchema>;
