import type { Query } from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject } from '@bridge/vault';
import type { ZoneSpan } from './calendar.ts';
import type { MeasuredPoint } from './measured-point.ts';

/** How far a person's blocks go. */
export type BlockProgress = {
  /** Everything that was measured before is in blocks, in ms since 1970; undefined: nothing yet. */
  readonly finishedUntil: number | undefined;
  readonly zones: readonly ZoneSpan[];
  /** The newest reading of each metric and device in the blocks. */
  readonly newest: readonly MeasuredPoint[];
  /** Until this day blocks were made once more, with what came within hours after the day. */
  readonly settledDay: number;
};

type Sealed = Omit<BlockProgress, 'finishedUntil'>;

const noProgress: BlockProgress = { finishedUntil: undefined, zones: [], newest: [], settledDay: -1 };

const place = (subject: string) => ({
  table: 'cognition.reading_progress',
  column: 'sealed',
  row: subject,
  subject,
});

export async function loadProgress(query: Query, { key, subjectId }: LiveSubject): Promise<BlockProgress> {
  const [row] = await query<{ until: number | null; sealed: Buffer | null }>(
    `select extract(epoch from finished_until)::float8 * 1000 until, sealed from shared.reading_progress
      where subject_id = $1`,
    [subjectId],
  );
  if (row === undefined || row.until === null || row.sealed === null) return noProgress;
  const sealed = JSON.parse(unsealWith(key, row.sealed, place(subjectId)).toString()) as Sealed;
  return { ...sealed, finishedUntil: row.until };
}

/** @param dueAt When the person is looked at again, in ms since 1970. */
export async function storeProgress(
  query: Query,
  { key, subjectId }: LiveSubject,
  { finishedUntil, ...sealed }: BlockProgress,
  dueAt: number,
): Promise<void> {
  await query(
    `insert into cognition.reading_progress (subject_id, finished_until, due_at, sealed)
     values ($1, to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), $4)
         on conflict (subject_id) do update
        set finished_until = excluded.finished_until, due_at = excluded.due_at, sealed = excluded.sealed`,
    [subjectId, finishedUntil ?? null, dueAt, sealWith(key, JSON.stringify(sealed), place(subjectId))],
  );
}
