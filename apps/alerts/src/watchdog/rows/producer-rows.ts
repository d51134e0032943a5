import {
  milliseconds,
  int4Array,
  textArray,
  timestamptzArray,
  type Query,
  type Statement,
} from '@bridge/postgres';
import type { Heartbeat } from '../../signals/domain/interpret-signal.ts';
import type { Mark, Producer } from '../domain/judge-producers.ts';

/**
 * Notes the heartbeats of a batch, as one of its statements. Several processes of a service report, each of them only
 * what it saw itself: the latest time of any counts.
 */
export function noteHeartbeats(heartbeats: readonly Heartbeat[]): Statement {
  const latest = [...latestOf(heartbeats).values()].toSorted((a, b) => (a.source < b.source ? -1 : 1));
  const column = <T>(value: (heartbeat: Heartbeat) => T) => latest.map(value);
  return {
    name: 'note-heartbeats',
    text: `insert into alerts.producers as p (source, heartbeat_at, active_connections, last_accepted_at, last_decision_at)
           select * from unnest($1::text[], $2::timestamptz[], $3::int4[], $4::timestamptz[], $5::timestamptz[])
           on conflict (source) do update
              set heartbeat_at = greatest(p.heartbeat_at, excluded.heartbeat_at),
                  active_connections = coalesce(excluded.active_connections, p.active_connections),
                  last_accepted_at = greatest(p.last_accepted_at, excluded.last_accepted_at),
                  last_decision_at = greatest(p.last_decision_at, excluded.last_decision_at)`,
    values: [
      textArray(column(({ source }) => source)),
      timestamptzArray(column(({ at }) => at)),
      int4Array(column(({ figures }) => figures.activeConnections)),
      timestamptzArray(column(({ figures }) => figures.lastAcceptedAt)),
      timestamptzArray(column(({ figures }) => figures.lastDecisionAt)),
    ],
  };
}

/** One per source: a statement touches a row once only. */
function latestOf(heartbeats: readonly Heartbeat[]): Map<string, Heartbeat> {
  const latest = new Map<string, Heartbeat>();
  for (const next of heartbeats) {
    const before = latest.get(next.source);
    latest.set(next.source, before === undefined ? next : merged(before, next));
  }
  return latest;
}

function merged(before: Heartbeat, next: Heartbeat): Heartbeat {
  return {
    ...next,
    at: Math.max(before.at, next.at),
    figures: {
      activeConnections: next.figures.activeConnections ?? before.figures.activeConnections,
      lastAcceptedAt: later(before.figures.lastAcceptedAt, next.figures.lastAcceptedAt),
      lastDecisionAt: later(before.figures.lastDecisionAt, next.figures.lastDecisionAt),
    },
  };
}

function later(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

export type ProducerRows = {
  load(): Promise<Producer[]>;
  /** Keeps begins of episodes; a producer that was never heard gets its row. */
  mark(begun: readonly Mark[]): Promise<void>;
  clear(ended: readonly Mark[]): Promise<void>;
};

const markColumns = {
  'pipeline.cognition_silent': 'silent_since',
  'pipeline.ingest_silent': 'silent_since',
  'pipeline.stalled': 'stalled_since',
} as const satisfies Record<Mark['kind'], string>;

export function createProducerRows(query: Query): ProducerRows {
  return {
    load: () =>
      query<Producer>(
        `select source, ${milliseconds('heartbeat_at')} "heartbeatAt", active_connections "activeConnections",
                ${milliseconds('last_accepted_at')} "lastAcceptedAt", ${milliseconds('last_decision_at')} "lastDecisionAt",
                ${milliseconds('silent_since')} "silentSince", ${milliseconds('stalled_since')} "stalledSince"
           from alerts.producers`,
      ),
    async mark(begun) {
      for (const { kind, source, since } of begun) {
        const column = markColumns[kind];
        await query(
          `insert into alerts.producers as p (source, ${column}) values ($1, to_timestamp($2 / 1000.0))
           on conflict (source) do update set ${column} = coalesce(p.${column}, excluded.${column})`,
          [source, since],
        );
      }
    },
    async clear(ended) {
      for (const { kind, source } of ended) {
        await query(`update alerts.producers set ${markColumns[kind]} = null where source = $1`, [source]);
      }
    },
  };
}
