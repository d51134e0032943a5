import { z } from 'zod';
import { budgetSchema } from './alert-routing.ts';

/** The budgets; where a person is named, also how much of each they have used. */
export const budgetReportSchema = z
  .object({
    budgets: z.array(
      budgetSchema.extend({
        used: z.int().min(0).exactOptional(),
        left: z.int().min(0).exactOptional(),
      }),
    ),
  })
  .meta({ id: 'BudgetReport' });
export type BudgetReport = z.infer<typeof budgetReportSchema>;
