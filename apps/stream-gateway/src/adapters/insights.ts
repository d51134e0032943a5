import { insightSchema, type Insight } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import { unsealWith, type LiveSubject, type Vault } from '@bridge/vault';

/** The decision and the place in it of the last insight of a page. */
export type InsightCursor = { readonly seq: number; readonly place: number };

export type InsightSelection = {
  readonly limit: number;
  /** Only insights from before this one. */
  readonly before?: InsightCursor | undefined;
};

export type InsightPage = {
  readonly subjectId: string;
  /** Latest first. */
  readonly insights: readonly Insight[];
  /** Where the next page begins; undefined after the last one. */
  readonly next: InsightCursor | undefined;
};

/** Undefined for a person who is not known or was erased. */
export type LoadInsights = (userId: string, selection: InsightSelection) => Promise<InsightPage | undefined>;

type Row = {
  readonly insight_id: Buffer;
  readonly seq: number;
  readonly place: number;
  readonly insight: Buffer;
};

/** A person's insights as cognition stored them. */
export function createLoadInsights({ query, vault }: { query: Query; vault: Vault }): LoadInsights {
  return async function loadInsights(userId, { limit, before }) {
    const subject = (await vault.find([userId])).get(userId);
    if (!subject || subject.erased) return undefined;
    const rows = await query<Row>(
      `select insight_id, seq::float8 seq, place, insight from public.insights
        where subject_id = $1 and ($2::int8 is null or (seq, place) < ($2, $3::int))
        order by seq desc, place desc limit $4`,
      [subject.subjectId, before?.seq, before?.place, limit + 1],
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      subjectId: subject.subjectId,
      insights: page.map((row) => unsealInsight(row, subject)),
      next: last && { seq: last.seq, place: last.place },
    };
  };
}

function unsealInsight({ insight_id, insight }: Row, { key, subjectId }: LiveSubject): Insight {
  const row = insight_id.toString('hex');
  const json = unsealWith(key, insight, { table: 'insights', column: 'insight', row, subject: subjectId });
  return insightSchema.parse(JSON.parse(json.toString()));
}
