import { Counter, Gauge, type Registry } from 'prom-client';
import type { Query } from '@bridge/postgres';
import { severities } from '@bridge/contracts';
import { holdReasons } from './domain/notification-plan.ts';

export type PlannerMetrics = {
  readonly planned: (count: { readonly persons: number; readonly deliveries: number }) => void;
  readonly failed: () => void;
};

type OpenRow = { readonly severity: string; readonly status: string; readonly count: number };
type HoldRow = { readonly reason: string; readonly count: number };

/** Labels come from closed sets. The gauges are read from the database when they are scraped. */
export function createPlannerMetrics(metrics: Registry, query: Query): PlannerMetrics {
  /** The health routes report that PostgreSQL is down; a scrape must not fail for it. */
  const read = <Row>(text: string) => query<Row>(text).catch(() => undefined);

  const persons = new Counter({
    name: 'alert_planned_persons_total',
    help: 'Persons whose notifications were planned.',
    registers: [metrics],
  });
  const deliveries = new Counter({
    name: 'alert_planned_deliveries_total',
    help: 'Deliveries that were planned.',
    registers: [metrics],
  });
  const failures = new Counter({
    name: 'alert_planning_failures_total',
    help: 'Persons who could not be planned and are tried again later.',
    registers: [metrics],
  });
  new Gauge({
    name: 'alerts_open',
    help: 'Open alerts, by severity and status.',
    labelNames: ['severity', 'status'],
    registers: [metrics],
    async collect() {
      const rows = await read<OpenRow>(
        `select severity, status, count(*)::int count from alerts.episodes where status <> 'resolved' group by 1, 2`,
      );
      this.reset();
      if (rows === undefined) return;
      for (const severity of severities) {
        for (const status of ['firing', 'unconfirmed'] as const) {
          const row = rows.find((one) => one.severity === severity && one.status === status);
          this.set({ severity, status }, row?.count ?? 0);
        }
      }
    },
  });
  new Gauge({
    name: 'alerts_held',
    help: 'Open alerts of which nobody is told at present, by reason.',
    labelNames: ['reason'],
    registers: [metrics],
    async collect() {
      const rows = await read<HoldRow>(
        `select g.ledger #>> array['alerts', encode(e.alert_id, 'hex'), 'hold', 'reason'] reason, count(*)::int count
           from alerts.episodes e join alerts.notification_groups g on g.subject_id = e.subject_id
          where e.status <> 'resolved' group by 1`,
      );
      this.reset();
      if (rows === undefined) return;
      for (const reason of holdReasons) {
        this.set({ reason }, rows.find((row) => row.reason === reason)?.count ?? 0);
      }
    },
  });
  new Gauge({
    name: 'alert_budget_spent_persons',
    help: 'Persons with a warning that the alarm budget holds back at present.',
    registers: [metrics],
    async collect() {
      const rows = await read<{ count: number }>(
        `select count(distinct e.subject_id)::int count
           from alerts.episodes e join alerts.notification_groups g on g.subject_id = e.subject_id
          where e.status <> 'resolved'
            and g.ledger #>> array['alerts', encode(e.alert_id, 'hex'), 'hold', 'reason'] = 'budget'`,
      );
      this.set(rows?.[0]?.count ?? Number.NaN);
    },
  });
  return {
    planned(count) {
      persons.inc(count.persons);
      deliveries.inc(count.deliveries);
    },
    failed: () => failures.inc(),
  };
}
