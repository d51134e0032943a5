import { rawHash, type BiometricEvent, type ReservedSource } from '@bridge/contracts';
import { packMessage } from '@bridge/kafka';
import type { Outbox, OutboxEntry, Postgres } from '@bridge/postgres';
import type { LiveSubject, OutboxSeal } from '@bridge/vault';
import type { EventMessage } from '../../accept-batch.ts';
import { judgePoint, type JudgedPoint } from '../../domain/series/judge-point.ts';
import { mergeSeries, type PointFate } from '../../domain/series/merge-series.ts';
import { seriesEvent } from '../../domain/series/series-event.ts';
import type { SeriesPoint } from '../../domain/series/series-point.ts';
import { insertDocuments, type DocumentRow } from '../objects/document-rows.ts';
import { lockPerson } from '../objects/person-lock.ts';
import { readSeries, seriesKey, writeSeries, type SeriesRow } from './series-rows.ts';

export type SeriesBatch = {
  readonly source: ReservedSource;
  readonly points: readonly SeriesPoint[];
  readonly connectionId?: string;
};

/** How many points as they came; several values of one count once. */
export type SeriesSummary = {
  readonly new: number;
  readonly duplicates: number;
  readonly corrected: number;
  readonly quarantined: number;
  /** Older than anything that is kept. */
  readonly dropped: number;
};

export type StoreSeries = (person: LiveSubject, batch: SeriesBatch) => Promise<SeriesSummary>;

type Deps = {
  readonly transaction: Postgres['transaction'];
  readonly outbox: Outbox;
  readonly outboxSeal: OutboxSeal;
  readonly toEventMessage: (event: BiometricEvent) => EventMessage;
  /** Called after the commit when there is something to publish. */
  readonly onSpooled: () => void;
  readonly now: () => number;
};

type Hour = { readonly key: Buffer; readonly hourMs: number; readonly points: JudgedPoint[] };
type Fate = PointFate | 'quarantined' | 'dropped';

const hourInMs = 3_600_000;

/**
 * Stores points of one person, a few thousand at most, in ONE transaction: what is known of each hour, the points as
 * they came and the events in the outbox are there together or not at all. Sent again, the same points change nothing.
 */
export function createStoreSeries({
  transaction,
  outbox,
  outboxSeal,
  toEventMessage,
  onSpooled,
  now,
}: Deps): StoreSeries {
  return async function storeSeries(person, { source, points, connectionId }) {
    const arrivalMs = now();
    const fates = new Map<unknown, Fate>();
    const documents: DocumentRow[] = [];
    const document = { source, connectionId };
    const good: JudgedPoint[] = [];
    for (const point of points) {
      const verdict = judgePoint(point, arrivalMs);
      if (verdict.kind === 'point') good.push(verdict.point);
      else fates.set(point.raw, verdict.kind);
      if (verdict.kind !== 'quarantined') continue;
      const raw = bytesOf(point.raw);
      documents.push({ ...document, eventId: undefined, state: 'quarantined', reason: verdict.reason, raw });
    }

    const hours = hoursOf(person, source, good);
    const spooled = await transaction(async (tx) => {
      await lockPerson(tx.query, person.subjectId);
      const known = await readSeries(
        tx.query,
        person,
        [...hours.values()].map(({ key }) => key),
      );
      const rows: SeriesRow[] = [];
      const entries: OutboxEntry[] = [];
      const published: DocumentRow[] = [];
      for (const [keyHex, { key, hourMs, points: ofHour }] of hours) {
        const merged = mergeSeries(known.get(keyHex) ?? [], ofHour);
        for (const [index, { raw }] of ofHour.entries()) enter(fates, raw, merged.fates[index]);
        if (merged.changes.length === 0) continue;
        rows.push({ key, hourMs, parts: merged.parts });
        const series = { source, userId: person.userId, keyHex, ...nameOf(ofHour) };
        for (const change of merged.changes) {
          const raw = bytesOf([...new Set(change.because.map((point) => point.raw))]);
          const event = seriesEvent(series, change, { arrivalMs, rawSha256: rawHash(raw) });
          const { ceId, topic, ...message } = toEventMessage(event);
          const sealed = outboxSeal.seal(packMessage({ ...message, topic }), ceId, person);
          entries.push({ subjectId: person.subjectId, ceId, topic, sealed });
          published.push({ ...document, eventId: event.event_id, state: 'event', reason: undefined, raw });
        }
      }
      const all = [...documents, ...published];
      await tx.pipelineAndCommit([
        ...(rows.length > 0 ? [writeSeries(person, rows)] : []),
        ...(all.length > 0 ? [insertDocuments(person, all)] : []),
        ...(entries.length > 0 ? [outbox.addStatement(entries)] : []),
      ]);
      return entries.length;
    });
    if (spooled > 0) onSpooled();
    return summaryOf(fates);
  };
}

/** In the order of their keys, so that two transactions never wait for each other. */
function hoursOf(person: LiveSubject, source: string, points: readonly JudgedPoint[]): Map<string, Hour> {
  const byName = new Map<string, Hour>();
  for (const point of points) {
    const hourMs = Math.floor(point.endMs / hourInMs) * hourInMs;
    const names = [source, point.reading.metric, point.device ?? '', hourMs];
    const name = names.join('|');
    const hour = byName.get(name);
    if (hour) hour.points.push(point);
    else byName.set(name, { key: seriesKey(person, names), hourMs, points: [point] });
  }
  return new Map([...byName.values()].map((hour) => [hour.key.toString('hex'), hour]));
}

function nameOf(points: readonly JudgedPoint[]) {
  const [first] = points;
  return { metric: first?.reading.metric ?? '', device: first?.device };
}

const rank: Readonly<Record<Fate, number>> = {
  duplicate: 0,
  dropped: 1,
  new: 2,
  corrected: 3,
  quarantined: 4,
};

/** Of several values of one point the most remarkable fate counts. */
function enter(fates: Map<unknown, Fate>, raw: unknown, fate: Fate | undefined): void {
  const before = fates.get(raw);
  if (fate !== undefined && (before === undefined || rank[before] < rank[fate])) fates.set(raw, fate);
}

function summaryOf(fates: ReadonlyMap<unknown, Fate>): SeriesSummary {
  const counts: Record<Fate, number> = { new: 0, duplicate: 0, corrected: 0, quarantined: 0, dropped: 0 };
  for (const fate of fates.values()) counts[fate] += 1;
  const { duplicate: duplicates, ...others } = counts;
  return { ...others, duplicates };
}

function bytesOf(raw: unknown): Buffer {
  return Buffer.from(JSON.stringify(raw));
}
