import { operatorsUserId, type AlertChange } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { ProofResult } from '../proof.ts';
import type { AskedAction } from './act-as-people.ts';
import type { ChangeLog } from './read-topics.ts';
import type { ReplayedAlert } from './replay.ts';

export type EpisodeRow = {
  readonly alertId: string;
  readonly status: string;
  readonly severity: string;
  readonly version: number;
  readonly acknowledged: boolean;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly history: number;
};

/** Alerts of people: what the bridge says of itself has no signal. */
export function readEpisodes(query: Query): Promise<EpisodeRow[]> {
  const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
  return query<EpisodeRow>(
    `select encode(e.alert_id, 'hex') "alertId", e.status, e.severity, e.version::float8 as version, acknowledged,
            ${ms('opened_at')} "openedAt", ${ms('updated_at')} "updatedAt",
            (select count(distinct h.version)::int from alert_history h where h.alert_id = e.alert_id) history
       from alerts.episodes e where e.kind not like 'pipeline.%'`,
  );
}

export type Lifecycle = {
  readonly rows: readonly EpisodeRow[];
  readonly replayed: ReadonlyMap<string, ReplayedAlert>;
  readonly changes: ChangeLog;
  readonly asked: readonly AskedAction[];
};

/** Checks that tables and topic hold what a replay of the signals gives, and that what people did counts once. */
export function checkLifecycle({ rows, replayed, changes, asked }: Lifecycle): ProofResult {
  const found = new Map(rows.map((row) => [row.alertId, row]));
  const bad = {
    'alerts lost': [...replayed.keys()].filter((id) => !found.has(id)).length,
    'alerts without a signal': rows.filter(({ alertId }) => !replayed.has(alertId)).length,
    'alerts that differ from the replay': rows.filter((row) => !isAsReplayed(row, replayed.get(row.alertId)))
      .length,
    'alerts whose changes differ from the replay': [...replayed.values()].filter(
      (alert) => !areAsReplayed(changes.byAlert.get(alert.alertId) ?? [], alert),
    ).length,
    'alerts whose last change is not their row': rows.filter(
      (row) => !isLastChange(row, changes.byAlert.get(row.alertId)?.at(-1)),
    ).length,
    'alerts with gaps in their history': rows.filter(({ history, version }) => history !== version).length,
    'changes repeated with other bytes': changes.altered,
    ...countActions(changes, asked),
  };
  const answered = (status: number) => asked.filter((action) => action.status === status).length;
  return {
    figures: {
      alerts: replayed.size,
      changes: [...replayed.values()].reduce((sum, alert) => sum + alert.changes.length, 0),
      'changes published again': changes.repetitions,
      'actions of people': asked.length,
      'actions that were taken': answered(200),
      'actions on alerts that had ended': answered(409),
      'actions on alerts that were not known yet': answered(404),
      ...bad,
    },
    failures: failuresOf(bad),
  };
}

export function failuresOf(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
}

function isAsReplayed(row: EpisodeRow, alert: ReplayedAlert | undefined): boolean {
  if (alert === undefined) return true; // counted as an alert without a signal
  const fields = ['status', 'severity', 'version', 'acknowledged', 'openedAt', 'updatedAt'] as const;
  return fields.every((field) => row[field] === alert[field]);
}

function areAsReplayed(changes: readonly AlertChange[], alert: ReplayedAlert): boolean {
  return (
    changes.length === alert.changes.length &&
    alert.changes.every(({ id, ...expected }, n) => {
      const change = changes[n];
      return (
        change?.change_id === id &&
        change.change === expected.change &&
        change.from === expected.from &&
        change.to === expected.to &&
        change.severity === expected.severity
      );
    })
  );
}

function isLastChange({ status, severity }: EpisodeRow, last: AlertChange | undefined): boolean {
  return last?.to === status && last.severity === severity && last.user_id !== operatorsUserId;
}

/** An action that was taken is one change; one that nobody asked for is none. */
function countActions({ byAlert }: ChangeLog, asked: readonly AskedAction[]) {
  const times = new Map<string, number>();
  for (const { by, change, comment, acknowledged_until } of [...byAlert.values()].flat()) {
    if (by === undefined) continue;
    const mark = change === 'acknowledged' ? acknowledged_until : comment;
    times.set(String(mark), (times.get(String(mark)) ?? 0) + 1);
  }
  const marks = new Set(asked.map(({ mark }) => mark));
  return {
    // Resolving an alert that has ended is answered by 200, and changes nothing.
    'acknowledgements lost': asked.filter(
      ({ type, mark, status }) => type === 'acknowledge' && status === 200 && !times.has(mark),
    ).length,
    'actions that counted more than once': [...times.values()].filter((count) => count > 1).length,
    'actions that nobody asked for': [...times.keys()].filter((mark) => !marks.has(mark)).length,
    'actions without an answer': asked.filter(({ status }) => status === 0 || status >= 500).length,
  };
}
