import type { KindStatistics } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';

export type StatisticsSpan = {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Whose alerts count; undefined: everybody's. */
  readonly subjectIds: readonly string[] | undefined;
};

type Row = Omit<KindStatistics, 'useful_share'>;

/** Counts alerts per kind. It reads no sealed column, so it says nothing about anybody's body. */
export async function loadStatistics(
  query: Query,
  { from, to, subjectIds }: StatisticsSpan,
): Promise<KindStatistics[]> {
  const rows = await query<Row>(
    `with changes as (
       select alert_id, version, kind, severity, what, time from alert_history
        where time >= to_timestamp($1 / 1000.0) and time < to_timestamp($2 / 1000.0)
          and ($3::uuid[] is null or subject_id = any($3))),
     firings as (
       select *, lead(version) over (partition by alert_id order by version) next_version
         from changes where what in ('fired', 'reopened')),
     spells as (
       select f.kind, f.alert_id,
              bool_or(c.severity = 'critical') critical,
              bool_or(c.what = 'resolved_by_hand') closed,
              extract(epoch from min(c.time) filter (where c.what in ('acknowledged', 'snoozed')) - f.time) seconds
         from firings f
         join changes c on c.alert_id = f.alert_id and c.version >= f.version
                       and (f.next_version is null or c.version < f.next_version)
        group by f.kind, f.alert_id, f.version, f.time),
     judged as (
       select kind, count(*) filter (where useful)::int useful, count(*) filter (where not useful)::int not_useful
         from alerts.feedback
        where at >= to_timestamp($1 / 1000.0) and at < to_timestamp($2 / 1000.0)
          and ($3::uuid[] is null or subject_id = any($3))
        group by kind),
     counted as (
       select kind, count(*)::int fired, count(*) filter (where critical)::int critical,
              count(seconds)::int acknowledged, count(*) filter (where closed)::int resolved_by_hand,
              percentile_cont(0.5) within group (order by seconds) median
         from spells group by kind)
     select kind, coalesce(fired, 0) fired, coalesce(critical, 0) critical, coalesce(acknowledged, 0) acknowledged,
            coalesce(resolved_by_hand, 0) resolved_by_hand, median::float8 median_seconds_to_acknowledge,
            coalesce(useful, 0) useful, coalesce(not_useful, 0) not_useful
       from counted full join judged using (kind) order by kind`,
    [from, to, subjectIds],
  );
  return rows.map((row) => {
    const judged = row.useful + row.not_useful;
    return { ...row, useful_share: judged === 0 ? null : row.useful / judged };
  });
}
