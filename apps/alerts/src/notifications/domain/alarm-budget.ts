import { signalProducers, type Budget, type Severity } from '@bridge/contracts';
import { knowsOpen } from './alert-case.ts';
import type { Ledger, ToldState } from './notification-plan.ts';
import type { PendingChange } from './pending-changes.ts';
import { isQuestionRoute } from './route-tree.ts';

const dayMs = 86_400_000;
/** Of our own services: a partner's kind is its own choice. */
const exemptKinds = ['connection.', 'silence.', 'pipeline.'];

type Spent = Ledger['spent'];

/**
 * The budget that telling this change would draw on; null: it costs nothing. An alert draws on it once, when it is first told to
 * anybody; what follows is free, and so are questions.
 */
export function budgetOf(
  { reason, route, alertCase }: PendingChange,
  told: Readonly<Record<string, ToldState>>,
  spent: Spent,
  { budgets, isOperators, now }: { budgets: readonly Budget[]; isOperators: boolean; now: number },
): Budget | null {
  const { alertId, kind, severity, source } = alertCase.alert;
  if (reason !== 'fired' || isOperators || isQuestionRoute(route.id)) return null;
  const isOurs = signalProducers.some((producer) => producer === source);
  if (isOurs && exemptKinds.some((prefix) => kind.startsWith(prefix))) return null;
  const budget = budgets.find((one) => one.severity === severity);
  if (budget === undefined) return null;
  if (spent.some((entry) => entry.alertId === alertId && counts(entry, budget, now))) return null;
  const isTold = Object.values(told).some((state) => knowsOpen(state) && !isQuestionRoute(state.route));
  return isTold ? null : budget;
}

/** How many alerts may still be told. */
export function budgetLeft(budget: Budget, spent: Spent, now: number): number {
  return budget.alerts - spentOn(budget, spent, now).length;
}

/** When it allows another alert; null: it does already, or never will. */
export function budgetFreeAt(budget: Budget, spent: Spent, now: number): number | null {
  const times = spentOn(budget, spent, now).map(({ at }) => at);
  if (times.length < budget.alerts || budget.alerts === 0) return null;
  times.sort((a, b) => a - b);
  // Where the budget was lowered, more than one has to leave the window.
  const last = times[times.length - budget.alerts];
  return last === undefined ? null : last + budget.days * dayMs;
}

export function spend(spent: Spent, alertId: string, severity: Severity, at: number): Spent {
  return [...spent.filter((entry) => entry.alertId !== alertId), { alertId, severity, at }];
}

/** Without what no budget looks back at any more. */
export function keptSpending(spent: Spent, budgets: readonly Budget[], now: number): Spent {
  const days = Math.max(0, ...budgets.map((budget) => budget.days));
  return spent.filter(({ at }) => at > now - days * dayMs);
}

function spentOn(budget: Budget, spent: Spent, now: number): Spent {
  return spent.filter((entry) => entry.severity === budget.severity && counts(entry, budget, now));
}

function counts({ at }: { readonly at: number }, { days }: Budget, now: number): boolean {
  return at > now - days * dayMs;
}
