import type { Budget, BudgetReport } from '@bridge/contracts';
import type { Ledger } from '../../notifications/domain/notification-plan.ts';

const day = 86_400_000;

/** How much of each budget a person has used and left. */
export function budgetUse(
  budgets: readonly Budget[],
  { spent }: Pick<Ledger, 'spent'>,
  now: number,
): BudgetReport {
  return {
    budgets: budgets.map((budget) => {
      const since = now - budget.days * day;
      const used = spent.filter(({ severity, at }) => severity === budget.severity && at > since).length;
      return { ...budget, used, left: Math.max(0, budget.alerts - used) };
    }),
  };
}
