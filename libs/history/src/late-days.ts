import type { Query } from '@bridge/postgres';

// Which finished days got an event later. Rows are found by the time at which they were written: a transaction that is still open
// may write rows of its own beginning, so the watermark stays before the oldest one.

/** Before the present, in case a transaction has begun and does not show yet. */
const margin = `interval '1 second'`;

/**
 * Notes the finished days of events that were written since the last call, and makes their persons due. Returns how many
 * days are new. A call that was cut off is repeated by the next one.
 */
export async function noteLateDays(query: Query): Promise<number> {
  const [span] = await query<{ since: string; upto: string }>(
    `select written_until::text since,
            least(now() - ${margin},
                  (select min(xact_start) from pg_stat_activity
                    where datname = current_database() and usename = current_user and pid <> pg_backend_pid()))::text upto
       from cognition.late_watermark`,
  );
  if (span === undefined || span.upto <= span.since) return 0;
  const [noted] = await query<{ days: number }>(
    `with late as (
       insert into cognition.late_days (subject_id, day)
       select distinct e.subject_id, (e.time at time zone 'UTC')::date
         from biometric_events e join cognition.reading_progress p using (subject_id)
        where e.written_at >= $1::timestamptz and e.written_at < $2::timestamptz and e.time < p.finished_until
           on conflict do nothing
       returning subject_id),
     due as (
       update cognition.reading_progress p set due_at = to_timestamp(0)
        where p.subject_id in (select subject_id from late))
     select count(*)::int days from late`,
    [span.since, span.upto],
  );
  await query(
    'update cognition.late_watermark set written_until = greatest(written_until, $1::timestamptz)',
    [span.upto],
  );
  return noted?.days ?? 0;
}

/** Noted days of a person, in UTC, counted from 1970-01-01. */
export async function lateDaysOf(query: Query, subjectId: string): Promise<number[]> {
  const rows = await query<{ day: number }>(
    `select day - date '1970-01-01' "day" from cognition.late_days where subject_id = $1 order by day`,
    [subjectId],
  );
  return rows.map(({ day }) => day);
}

export async function forgetLateDays(
  query: Query,
  subjectId: string,
  days: readonly number[],
): Promise<void> {
  if (days.length === 0) return;
  await query(
    `delete from cognition.late_days where subject_id = $1 and day - date '1970-01-01' = any($2::int[])`,
    [subjectId, days],
  );
}
