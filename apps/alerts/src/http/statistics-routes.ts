import { principalOf, type RequireScope } from '@bridge/auth';
import { utc, type AlertStatistics, type KindStatistics } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import { problem } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import type { Express } from 'express';
import { z } from 'zod';
import { createAccessLog } from '../configuration/rows/access-log.ts';
import type { StatisticsSpan } from '../episodes/rows/alert-statistics.ts';
import { readQuery } from './read-query.ts';

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** The query string of `GET /statistics`; without times, the last 30 days. */
const statisticsQuerySchema = z.strictObject({ from: time.optional(), to: time.optional() });

export type StatisticsRoutesDeps = {
  readonly loadStatistics: (query: Query, span: StatisticsSpan) => Promise<KindStatistics[]>;
  readonly query: Query;
  readonly vault: Pick<Vault, 'find'>;
  readonly requireScope: RequireScope;
  readonly now: () => number;
};

const defaultSpanMs = 30 * 86_400_000;

/** `GET /statistics`: alerts per kind, how fast they were acknowledged, and whether they were useful. */
export function mountStatisticsRoutes(app: Express, deps: StatisticsRoutesDeps): void {
  const { loadStatistics, query, vault, requireScope, now } = deps;
  const recordAccess = createAccessLog(query);
  app.get('/statistics', requireScope('alerts'), async (req, res) => {
    const asked = readQuery(req, res, statisticsQuerySchema);
    if (asked === undefined) return;
    const { to = now() } = asked;
    const { from = to - defaultSpanMs } = asked;
    if (from >= to) {
      problem(res, {
        status: 400,
        detail: 'A parameter does not validate.',
        errors: [{ path: 'from', message: 'must be before to' }],
      });
      return;
    }
    const { users, accessor } = principalOf(res);
    const own = users && [...(await vault.find(users)).values()].map(({ subjectId }) => subjectId);
    // Of few persons the counts may say who had which alert; of everybody they say nothing of anybody.
    if (own !== undefined) await recordAccess({ accessor, table: 'alert_history', subjectIds: own });
    const kinds = await loadStatistics(query, { from, to, subjectIds: own });
    res.json({ from: utc(from), to: utc(to), kinds } satisfies AlertStatistics);
  });
}
