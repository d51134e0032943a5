import type { Insight } from '@bridge/contracts';
import { unsealInsight } from '@bridge/decision-store';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { Page } from './history-result.ts';

export type InsightSelection = {
  /** In ms since 1970: from inclusive, to exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
  /** Only insights before this place. */
  readonly before?: { readonly seq: number; readonly place: number } | undefined;
};

type Row = {
  readonly id: Buffer;
  readonly seq: number;
  readonly place: number;
  readonly insight: Buffer;
};

/** A person's insights, the newest first. */
export async function loadInsights(
  query: Query,
  person: LiveSubject,
  { from, to, limit, before }: InsightSelection,
): Promise<Page<Insight>> {
  const rows = await query<Row>(
    `select insight_id id, seq::float8 seq, place, insight from public.insights
      where subject_id = $1 and ($2::int8 is null or (seq, place) < ($2, $3::int))
        and ($4::float8 is null or time >= to_timestamp($4 / 1000))
        and ($5::float8 is null or time < to_timestamp($5 / 1000))
      order by seq desc, place desc limit $6`,
    [person.subjectId, before?.seq ?? null, before?.place ?? null, from ?? null, to ?? null, limit + 1],
  );
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(({ id, insight }) => unsealInsight(insight, id.toString('hex'), person)),
    next: last && `${last.seq}.${last.place}`,
  };
}
