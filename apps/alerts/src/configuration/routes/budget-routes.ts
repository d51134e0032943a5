import { mayAccess, principalOf, requireAdmin, type RequireScope } from '@bridge/auth';
import { budgetsSchema, type BudgetReport } from '@bridge/contracts';
import { problem } from '@bridge/service-runtime';
import type { Express } from 'express';
import { z } from 'zod';
import { checkedBody, readJson } from '../../http/read-json.ts';
import { noParameters, readQuery } from '../../http/read-query.ts';
import type { ChangeRouting } from '../change-routing.ts';
import type { ConfigurationReader } from '../configuration.ts';
import { budgetUse } from '../domain/budget-use.ts';
import type { LedgerReader } from '../rows/ledger-reader.ts';
import { answerRefusal } from './answer-refusal.ts';
import { expectedRevisions, setRevisionTag } from './revision-tag.ts';

export type BudgetRoutesDeps = {
  readonly requireScope: RequireScope;
  readonly configuration: ConfigurationReader;
  readonly changeRouting: ChangeRouting;
  readonly ledgers: LedgerReader;
  readonly now: () => number;
};

const querySchema = z.strictObject({ user_id: z.string().min(1).max(256).optional() });

/** `GET, PUT /budgets`. */
export function mountBudgetRoutes(app: Express, deps: BudgetRoutesDeps): void {
  const { requireScope, configuration, changeRouting, ledgers, now } = deps;

  app.get('/budgets', requireScope('alerts'), async (req, res) => {
    const query = readQuery(req, res, querySchema);
    if (query === undefined) return;
    const { user_id: userId } = query;
    const principal = principalOf(res);
    if (userId !== undefined && !mayAccess(principal, userId)) {
      problem(res, { status: 403, detail: 'This key is not for this user.' });
      return;
    }
    const { budgets } = await configuration.latest();
    setRevisionTag(res, budgets.revision);
    const report: BudgetReport =
      userId === undefined
        ? { budgets: [...budgets.value] }
        : budgetUse(budgets.value, await ledgers.read(userId, principal.accessor), now());
    res.json(report);
  });

  app.put('/budgets', ...requireAdmin(requireScope), ...readJson('16kb'), async (req, res) => {
    if (readQuery(req, res, noParameters) === undefined) return;
    const expected = expectedRevisions(req, res);
    if (expected === undefined) return;
    const body = checkedBody(req, res, budgetsSchema);
    if (body === undefined) return;
    const author = principalOf(res).accessor;
    const outcome = await changeRouting.budgets({ value: body.budgets, author, expected });
    if (outcome.kind !== 'changed') {
      answerRefusal(res, outcome);
      return;
    }
    setRevisionTag(res, outcome.value);
    res.json(body satisfies BudgetReport);
  });
}
