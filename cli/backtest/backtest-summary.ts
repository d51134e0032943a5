import { severities, type Severity } from '@bridge/contracts';
import type { ComposedDecision } from '@bridge/mode-policy';
import { createAlertTally } from './alert-tally.ts';

const monthMs = (365.25 / 12) * 86_400_000;

/** The last line of a backtest. */
export type BacktestSummary = {
  readonly persons: number;
  readonly events: number;
  /** Lines that hold an event which stands in the file already, or none that counts. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly refused_lines: number;
  /** The first and the last arrival. */
  readonly from: string | null;
  readonly until: string | null;
  /** Between each person's first and last event, added up. */
  readonly person_months: number;
  readonly transitions: Readonly<Record<string, number>>;
  /** Each alert id once, at its highest severity. */
  readonly alerts: Readonly<Record<string, Readonly<Partial<Record<Severity, number>>>>>;
  readonly alerts_per_person_month: Readonly<Record<Severity, number>> | null;
  readonly insights: Readonly<Record<string, number>>;
  readonly rule_set: string;
  readonly policy_version: number;
};

/** Counts the messages of a backtest. */
export function createSummary() {
  const [transitions, insights, dropped] = [counter(), counter(), counter()];
  const tally = createAlertTally();
  const spans = new Map<string, [first: number, last: number]>();
  const lines = { refused: 0, events: 0 };
  return {
    drop: (reason: string) => dropped.add(reason),
    refuse: () => void (lines.refused += 1),
    event: (userId: string, receivedMs: number) => {
      lines.events += 1;
      const span = spans.get(userId);
      if (span === undefined) spans.set(userId, [receivedMs, receivedMs]);
      else span[1] = Math.max(span[1], receivedMs);
    },
    take: ({ transition, alertSignals, insights: told }: ComposedDecision) => {
      if (transition !== null) transitions.add(`${transition.from ?? 'none'} → ${transition.to}`);
      tally.take(alertSignals);
      for (const { kind } of told) insights.add(kind);
    },
    result: (rules: { readonly hash: string; readonly policyVersion: number }): BacktestSummary => {
      const times = [...spans.values()];
      const months = times.reduce((sum, [first, last]) => sum + (last - first) / monthMs, 0);
      const counted = tally.counted();
      const alerts: Record<string, Partial<Record<Severity, number>>> = {};
      const all = { critical: 0, warning: 0, info: 0 };
      for (const { kind, severity } of counted) {
        const own = (alerts[kind] ??= {});
        own[severity] = (own[severity] ?? 0) + 1;
        all[severity] += 1;
      }
      const perMonth = (count: number) => Math.round((count / months) * 1000) / 1000;
      return {
        persons: spans.size,
        events: lines.events,
        dropped: dropped.counts(),
        refused_lines: lines.refused,
        from: timeText(times.reduce((least, [first]) => Math.min(least, first), Infinity)),
        until: timeText(times.reduce((most, [, last]) => Math.max(most, last), -Infinity)),
        person_months: Math.round(months * 100) / 100,
        transitions: transitions.counts(),
        alerts,
        alerts_per_person_month:
          months > 0
            ? { critical: perMonth(all.critical), warning: perMonth(all.warning), info: perMonth(all.info) }
            : null,
        insights: insights.counts(),
        rule_set: rules.hash,
        policy_version: rules.policyVersion,
      };
    },
  };
}

/** The summary in a few lines for people. */
export function summaryLines(summary: BacktestSummary): string[] {
  const { persons, events, refused_lines: refused, alerts, transitions, insights, from, until } = summary;
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const rate = summary.alerts_per_person_month;
  return [
    `${events} events of ${persons} persons from ${from ?? '–'} to ${until ?? '–'}`,
    `dropped: ${counts(summary.dropped)}; refused lines: ${refused}`,
    `transitions: ${counts(transitions)}`,
    ...Object.entries(alerts).map(([kind, by]) => `alerts, ${kind}: ${counts(by)}`),
    ...(rate === null
      ? []
      : [`alerts per person and month: ${severities.map((one) => `${one} ${rate[one]}`).join(', ')}`]),
    `insights: ${counts(insights)}`,
  ];
}

function timeText(epochMs: number): string | null {
  return Number.isFinite(epochMs) ? new Date(epochMs).toISOString() : null;
}

function counter() {
  const counts: Record<string, number> = {};
  return {
    add: (name: string) => void (counts[name] = (counts[name] ?? 0) + 1),
    counts: (): Readonly<Record<string, number>> => counts,
  };
}
