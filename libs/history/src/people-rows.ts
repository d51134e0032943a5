import { utc, type Mode, type PersonRow } from '@bridge/contracts';
import { uuidArray, type Query } from '@bridge/postgres';
import { urgencySql } from './urgency.ts';

export type StoredPersonRow = {
  readonly subjectId: string;
  /** Since when somebody should look, in microseconds since 1970. */
  readonly waiting: number;
  /** Without the user id, which is sealed. */
  readonly shown: Omit<PersonRow, 'user_id'>;
};

export type PeopleFilter = {
  readonly mode?: Mode | undefined;
  readonly alerting?: boolean | undefined;
  readonly stale?: true | undefined;
};

export type PeopleCounts = {
  readonly total: number;
  readonly byMode: Readonly<Record<Mode | 'none', number>>;
  readonly alerting: number;
  readonly stale: number;
};

/** The place of a person in the order of urgency. */
export type UrgencyPlace = { readonly urgency: number; readonly waiting: number; readonly subjectId: string };

export type PeopleQuestion = {
  /** Only these persons; undefined: everybody. */
  readonly only: readonly string[] | undefined;
  /** A person who stands for nobody. */
  readonly except: Buffer;
  readonly filter: PeopleFilter;
  /** In ms since 1970. */
  readonly now: number;
};

/** Nothing was measured for so long. */
const staleAfterMs = 24 * 3_600_000;

const people = `with alerts as (
    select subject_id,
           count(*) filter (where severity = 'critical')::int critical,
           count(*) filter (where severity = 'warning')::int warning,
           count(*) filter (where severity = 'info')::int info,
           coalesce(min(opened_at) filter (where severity = 'critical'),
                    min(opened_at) filter (where severity = 'warning')) opened_at
      from shared.open_alerts group by subject_id),
  placed as materialized (
    select subject_id, mode, seq, updated_at, mode_since, last_event_at, critical, warning, info, is_stale,
           ${urgencySql} urgency,
           (extract(epoch from coalesce(opened_at, mode_since, updated_at, created_at)) * 1e6)::int8 waiting
      from (select s.subject_id, c.mode, coalesce(c.seq, 0) seq, c.updated_at, c.mode_since, c.last_event_at, s.created_at,
                   coalesce(a.critical, 0) critical, coalesce(a.warning, 0) warning, coalesce(a.info, 0) info, a.opened_at,
                   coalesce(coalesce(c.last_event_at, c.updated_at) < to_timestamp($3::float8 / 1000), true) is_stale
              from keys.subjects s
              left join public.neuros_checkpoints c on c.thread_id = s.subject_id
              left join alerts a on a.subject_id = s.subject_id
             where s.erased_at is null and s.user_index <> $2
               and ($1::uuid[] is null or s.subject_id = any($1))) p),
  filtered as (
    select * from placed
     where ($4::text is null or coalesce(mode, 'none') = $4)
       and ($5::boolean is null or (critical + warning > 0) = $5)
       and ($6::boolean is null or is_stale = $6))`;

const columns = `subject_id "subjectId", mode, seq, updated_at "updatedAt", mode_since "modeSince",
  last_event_at "lastEventAt", critical, warning, info, is_stale "isStale", urgency, waiting`;

type Row = {
  readonly subjectId: string | null;
  readonly mode: Mode | null;
  readonly seq: number;
  readonly updatedAt: Date | null;
  readonly modeSince: Date | null;
  readonly lastEventAt: Date | null;
  readonly critical: number;
  readonly warning: number;
  readonly info: number;
  readonly isStale: boolean;
  readonly urgency: number;
  readonly waiting: number;
};

type CountRow = {
  readonly total: number;
  readonly reflex: number;
  readonly guardian: number;
  readonly hypothesis: number;
  readonly pattern: number;
  readonly none: number;
  readonly alerting: number;
  readonly stale: number;
};

const counted = `counted as (
    select count(*)::int total, count(*) filter (where mode = 'reflex')::int reflex,
           count(*) filter (where mode = 'guardian')::int guardian,
           count(*) filter (where mode = 'hypothesis')::int hypothesis,
           count(*) filter (where mode = 'pattern')::int pattern, count(*) filter (where mode is null)::int "none",
           count(*) filter (where critical + warning > 0)::int alerting, count(*) filter (where is_stale)::int stale
      from placed)`;

/** The most urgent persons after a place, and the counts over everybody. Read together, so that they agree. */
export async function peopleByUrgency(
  query: Query,
  question: PeopleQuestion,
  { after, limit }: { readonly after: UrgencyPlace | undefined; readonly limit: number },
): Promise<{ readonly rows: readonly StoredPersonRow[]; readonly counts: PeopleCounts }> {
  const rows = await query<Row & CountRow>(
    `${people}, ${counted},
     page as (
       select * from filtered
        where $7::int is null or (-urgency, waiting, subject_id) > (-$7::int, $8::int8, $9::uuid)
        order by -urgency, waiting, subject_id limit $10)
     select ${columns}, total, reflex, guardian, hypothesis, pattern, "none", alerting, stale
       from counted left join page on true order by -urgency, waiting, subject_id`,
    [...valuesOf(question), after?.urgency ?? null, after?.waiting ?? null, after?.subjectId ?? null, limit],
  );
  return { rows: rows.flatMap(personRow), counts: countsOf(rows[0]) };
}

/** Everybody who passes the filters, and the counts. For an order that the database does not know. */
export async function peopleInAnyOrder(
  query: Query,
  question: PeopleQuestion,
): Promise<{ readonly rows: readonly StoredPersonRow[]; readonly counts: PeopleCounts }> {
  const rows = await query<Row & CountRow>(
    `${people}, ${counted}
     select ${columns}, total, reflex, guardian, hypothesis, pattern, "none", alerting, stale
       from counted left join filtered on true`,
    valuesOf(question),
  );
  return { rows: rows.flatMap(personRow), counts: countsOf(rows[0]) };
}

function valuesOf({ only, except, filter, now }: PeopleQuestion): unknown[] {
  return [
    only === undefined ? null : uuidArray(only),
    except,
    now - staleAfterMs,
    filter.mode ?? null,
    filter.alerting ?? null,
    filter.stale ?? null,
  ];
}

function personRow(row: Row): StoredPersonRow[] {
  const { subjectId, mode, seq, urgency, waiting, critical, warning, info } = row;
  if (subjectId === null) return [];
  return [
    {
      subjectId,
      waiting,
      shown: {
        mode,
        since: timeOf(row.modeSince),
        seq,
        updated_at: timeOf(row.updatedAt),
        last_event_at: timeOf(row.lastEventAt),
        stale: row.isStale,
        alerts: { critical, warning, info },
        urgency,
      },
    },
  ];
}

function timeOf(date: Date | null): string | null {
  return date === null ? null : utc(date.getTime());
}

function countsOf(row: CountRow | undefined): PeopleCounts {
  const { total = 0, reflex = 0, guardian = 0, hypothesis = 0, pattern = 0, none = 0 } = row ?? {};
  const { alerting = 0, stale = 0 } = row ?? {};
  return { total, byMode: { reflex, guardian, hypothesis, pattern, none }, alerting, stale };
}
