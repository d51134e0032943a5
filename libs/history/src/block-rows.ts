import { byteaArray, textArray, type Query } from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject, type Place } from '@bridge/vault';
import type { Bin } from './bins.ts';
import { dateOf, dayNumber } from './calendar.ts';
import { unpackBins, type DeviceName, type PackedBins } from './digest-task.ts';
import type { NightRecord } from './nights.ts';

/** The usual value of a day as it was on that day. */
export type DayUsual = {
  readonly source: string;
  readonly usual: number;
  readonly low: number;
  readonly high: number;
};

/** The sealed figures of one metric and day. */
export type BlockSummary = {
  /** Start of the local day, in ms since 1970. */
  readonly start: number;
  readonly unit: string;
  /** null: nothing was measured on the day. */
  readonly total: Omit<Bin, 'at'> | null;
  readonly devices: readonly DeviceName[];
  readonly usual?: DayUsual;
  readonly nights?: readonly NightRecord[];
};

/** Instead of a metric: the nights that ended on a day. */
export const nightsBlock = 'sleep';

export type DayBlockRow = {
  readonly metric: string;
  readonly day: number;
  readonly summary: BlockSummary;
  /** In the order of the devices. */
  readonly bins: readonly PackedBins[];
};

const place = (column: string, metric: string, date: string, subject: string): Place => ({
  table: 'reading_blocks',
  column,
  row: `${metric}/${date}`,
  subject,
});

type Row = {
  readonly metric: string;
  readonly date: string;
  readonly summary: Buffer;
  readonly bins: Buffer | null;
};

export type BlockSelection = { readonly metric: string; readonly fromDay: number; readonly toDay: number };

/** Blocks of a metric, oldest first; both days are included. */
export async function loadSummaries(
  query: Query,
  person: LiveSubject,
  selection: BlockSelection,
): Promise<{ readonly day: number; readonly summary: BlockSummary }[]> {
  const rows = await select(query, person, selection, 'null::bytea bins');
  return rows.map((row) => ({ day: dayNumber(row.date), summary: unsealSummary(row, person) }));
}

/** As `loadSummaries`, with the five minutes of all devices. */
export async function loadBins(
  query: Query,
  person: LiveSubject,
  selection: BlockSelection,
): Promise<{ readonly day: number; readonly summary: BlockSummary; readonly bins: readonly Bin[] }[]> {
  const rows = await select(query, person, selection, 'bins');
  return rows.map((row) => {
    const summary = unsealSummary(row, person);
    const packed = row.bins === null ? [] : unsealBins(row.bins, row, person);
    return {
      day: dayNumber(row.date),
      summary,
      bins: packed.flatMap((one) => unpackBins(one, summary.start)),
    };
  });
}

function select(
  query: Query,
  { subjectId }: LiveSubject,
  { metric, fromDay, toDay }: BlockSelection,
  bins: string,
): Promise<Row[]> {
  return query<Row>(
    `select metric, day::text date, summary, ${bins} from public.reading_blocks
      where subject_id = $1 and metric = $2 and day between $3::date and $4::date order by day`,
    [subjectId, metric, dateOf(fromDay), dateOf(toDay)],
  );
}

/** The newest days that have a block of a metric, before a day, newest first. */
export async function newestSummaries(
  query: Query,
  person: LiveSubject,
  { metric, fromDay, toDay }: BlockSelection,
  limit: number,
): Promise<{ readonly day: number; readonly summary: BlockSummary }[]> {
  const rows = await query<Row>(
    `select metric, day::text date, summary from public.reading_blocks
      where subject_id = $1 and metric = $2 and day between $3::date and $4::date order by day desc limit $5`,
    [person.subjectId, metric, dateOf(fromDay), dateOf(toDay), limit],
  );
  return rows.map((row) => ({ day: dayNumber(row.date), summary: unsealSummary(row, person) }));
}

/** The usual values that were recorded for days, by `metric/day`. */
export async function recordedUsuals(
  query: Query,
  person: LiveSubject,
  fromDay: number,
  toDay: number,
): Promise<Map<string, DayUsual>> {
  const rows = await query<Row>(
    `select metric, day::text date, summary from public.reading_blocks
      where subject_id = $1 and day between $2::date and $3::date`,
    [person.subjectId, dateOf(fromDay), dateOf(toDay)],
  );
  const usuals = new Map<string, DayUsual>();
  for (const row of rows) {
    const { usual } = unsealSummary(row, person);
    if (usual !== undefined) usuals.set(`${row.metric}/${dayNumber(row.date)}`, usual);
  }
  return usuals;
}

/** Replaces all blocks of some days that follow each other. */
export async function replaceBlocks(
  query: Query,
  { key, subjectId }: LiveSubject,
  {
    fromDay,
    toDay,
    rows,
  }: { readonly fromDay: number; readonly toDay: number; readonly rows: readonly DayBlockRow[] },
): Promise<void> {
  await query(
    'delete from public.reading_blocks where subject_id = $1 and day between $2::date and $3::date',
    [subjectId, dateOf(fromDay), dateOf(toDay)],
  );
  if (rows.length === 0) return;
  await query(
    `insert into public.reading_blocks (subject_id, metric, day, summary, bins)
     select $1, metric, day::date, summary, bins
       from unnest($2::text[], $3::text[], $4::bytea[], $5::bytea[]) as b(metric, day, summary, bins)`,
    [
      subjectId,
      textArray(rows.map(({ metric }) => metric)),
      textArray(rows.map(({ day }) => dateOf(day))),
      byteaArray(
        rows.map(({ metric, day, summary }) =>
          sealWith(key, JSON.stringify(summary), place('summary', metric, dateOf(day), subjectId)),
        ),
      ),
      byteaArray(
        rows.map(({ metric, day, bins }) =>
          bins.length === 0
            ? null
            : sealWith(key, JSON.stringify(bins), place('bins', metric, dateOf(day), subjectId)),
        ),
      ),
    ],
  );
}

/** Blocks of days that are no longer kept. */
export async function forgetBlocks(query: Query, subjectId: string, beforeDay: number): Promise<void> {
  await query('delete from public.reading_blocks where subject_id = $1 and day < $2::date', [
    subjectId,
    dateOf(beforeDay),
  ]);
}

function unsealSummary({ metric, date, summary }: Row, { key, subjectId }: LiveSubject): BlockSummary {
  return JSON.parse(
    unsealWith(key, summary, place('summary', metric, date, subjectId)).toString(),
  ) as BlockSummary;
}

function unsealBins(
  sealed: Buffer,
  { metric, date }: Pick<Row, 'metric' | 'date'>,
  { key, subjectId }: LiveSubject,
): PackedBins[] {
  return JSON.parse(
    unsealWith(key, sealed, place('bins', metric, date, subjectId)).toString(),
  ) as PackedBins[];
}
