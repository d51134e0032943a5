import { rawHash, type BiometricEvent, type Problem } from '@bridge/contracts';
import type { Postgres } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { EventMessage } from '../../publishing/publish-or-spool.ts';
import { classifyPoint, type NormalPoint } from '../domain/classify-point.ts';
import { mergeSeries, type PartChange, type PointOutcome, type SeriesPart } from '../domain/merge-series.ts';
import { seriesEvent, type SeriesHour } from '../domain/series-event.ts';
import { stepSpansOf, type StepSpan } from '../domain/step-interval.ts';
import type { SeriesPoint } from '../domain/series-point.ts';
import type { ReportLosses } from '../report-losses.ts';
import { insertDocuments, type DocumentRow } from './document-rows.ts';
import { lockPerson } from './person-lock.ts';
import { createPersonOutbox, type PersonOutboxDeps } from './person-outbox.ts';
import { loadSeries, seriesKey, writeSeries, type SeriesRow, type HourKey } from './series-rows.ts';
import { renewZone } from './zone-rows.ts';

export type SeriesBatch = {
  readonly source: string;
  readonly points: readonly SeriesPoint[];
  /** Items that are not points: quarantined as they came. */
  readonly unreadable?: readonly unknown[];
  readonly connectionId?: string;
};

/** Counts points as they came; several values of one point count once. */
export type SeriesSummary = {
  readonly new: number;
  readonly duplicates: number;
  readonly corrected: number;
  readonly quarantined: number;
  /** Older than anything that is kept. */
  readonly dropped: number;
};

export type StoreSeries = (person: LiveSubject, batch: SeriesBatch) => Promise<SeriesSummary>;

type Deps = PersonOutboxDeps & {
  readonly transaction: Postgres['transaction'];
  readonly toEventMessage: (event: BiometricEvent) => EventMessage;
  readonly now: () => number;
  readonly retentionDays: number;
  readonly report: ReportLosses;
};

type Hour = HourKey & {
  readonly hourMs: number;
  readonly device: string | undefined;
  readonly points: NormalPoint[];
};
type HourName = Pick<SeriesHour, 'keyHex'> & { readonly stepSpan: StepSpan | undefined };
type Outcome = PointOutcome | 'quarantined' | 'dropped';

const hourInMs = 3_600_000;
const unreadablePoint: Problem = { path: 'point', message: 'must have a time and a number' };

/**
 * Stores points of one person, a few thousand at most. Hours, points as they came and events in the outbox are written in ONE
 * transaction. Storing the same points again changes nothing.
 */
export function createStoreSeries({
  transaction,
  now,
  retentionDays,
  toEventMessage,
  report,
  ...leaving
}: Deps): StoreSeries {
  const outboxWrite = createPersonOutbox(leaving);
  return async function storeSeries(person, batch) {
    const arrivalMs = now();
    const ledger = createLedger(person, { ...batch, arrivalMs, retentionDays, toEventMessage });
    for (const raw of batch.unreadable ?? []) ledger.quarantine(raw, 'invalid_document', unreadablePoint);
    const points = ledger.classify(batch.points);
    const hours = hoursOf(person, batch.source, points);
    const times = newestOf(points);
    const spans = stepSpansOf(points);
    await transaction(async ({ query, pipelineAndCommit }) => {
      await lockPerson(query, person.subjectId);
      const zone =
        times.length === 0 ? [] : (await renewZone(query, person, { times, arrivalMs })).statements;
      const known = await loadSeries(query, person, [...hours.values()]);
      for (const [keyHex, hour] of hours)
        ledger.enter({ keyHex, stepSpan: spans.get(hour.device) }, hour, known.get(keyHex) ?? []);
      const { rows, documents, messages } = ledger;
      const write = outboxWrite(person, messages);
      const results = await pipelineAndCommit([
        ...write.statements,
        ...(rows.length > 0 ? [writeSeries(person, rows)] : []),
        ...(documents.length > 0 ? [insertDocuments(person, documents)] : []),
        ...zone,
      ]);
      write.offer(results);
    });
    for (const { reason = '', problems = [] } of ledger.documents) {
      if (problems.length > 0) report.quarantined(batch.source, reason, problems);
    }
    return ledger.summary();
  };
}

type Making = Pick<Deps, 'toEventMessage' | 'retentionDays'> &
  Pick<SeriesBatch, 'source' | 'connectionId'> & { readonly arrivalMs: number };

/** Collects the rows of one call. */
function createLedger(person: LiveSubject, making: Making) {
  const { source, connectionId, arrivalMs, retentionDays, toEventMessage } = making;
  const outcomes = new Map<unknown, Outcome>();
  const rows: SeriesRow[] = [];
  const documents: DocumentRow[] = [];
  const messages: EventMessage[] = [];
  const document = { source, connectionId };

  /** If a point has several values, the outcome with the highest rank counts. */
  function note(raw: unknown, outcome: Outcome | undefined): void {
    const before = outcomes.get(raw);
    if (outcome !== undefined && (before === undefined || rank[before] < rank[outcome]))
      outcomes.set(raw, outcome);
  }

  function quarantine(raw: unknown, reason: string, problem: Problem): void {
    note(raw, 'quarantined');
    documents.push({
      ...document,
      eventId: undefined,
      state: 'quarantined',
      reason,
      raw: bytesOf(raw),
      problems: [problem],
    });
  }

  function publish(series: SeriesHour, change: PartChange, stepSpan: StepSpan | undefined): void {
    const raw = bytesOf([...new Set(change.because.map((point) => point.raw))]);
    const event = seriesEvent(series, change, { arrivalMs, rawSha256: rawHash(raw), stepSpan });
    messages.push(toEventMessage(event));
    documents.push({ ...document, eventId: event.event_id, state: 'event', reason: undefined, raw });
  }

  return {
    rows,
    documents,
    messages,
    summary: () => summaryOf(outcomes),
    quarantine,
    /** The plausible points; the others are quarantined or dropped. */
    classify(points: readonly SeriesPoint[]): NormalPoint[] {
      return points.flatMap((point) => {
        const verdict = classifyPoint(point, arrivalMs, retentionDays);
        if (verdict.kind === 'point') return [verdict.point];
        if (verdict.kind === 'quarantined') quarantine(point.raw, verdict.reason, verdict.problem);
        else note(point.raw, verdict.kind);
        return [];
      });
    },
    enter({ keyHex, stepSpan }: HourName, { points, ...hour }: Hour, known: readonly SeriesPart[]): void {
      const { parts, changes, outcomes: ofPoints } = mergeSeries(known, points);
      for (const [index, { raw }] of points.entries()) note(raw, ofPoints[index]);
      if (changes.length > 0) rows.push({ ...hour, parts });
      const series = { source, userId: person.userId, keyHex, ...hour };
      for (const change of changes) publish(series, change, stepSpan);
    },
  };
}

/** The time of the newest point that says where the person was; none if none does. */
function newestOf(points: readonly NormalPoint[]): readonly string[] {
  let newest: NormalPoint | undefined;
  for (const point of points) {
    if (point.endMs > (newest?.endMs ?? -Infinity) && !point.reading.end.endsWith('Z')) newest = point;
  }
  return newest === undefined ? [] : [newest.reading.end];
}

function hoursOf(person: LiveSubject, source: string, points: readonly NormalPoint[]): Map<string, Hour> {
  const byName = new Map<string, Hour>();
  let last: Hour | undefined;
  for (const point of points) {
    const { device, endMs } = point;
    const { metric } = point.reading;
    const hourMs = Math.floor(endMs / hourInMs) * hourInMs;
    // Most points are of the same hour as the one before.
    if (last?.hourMs !== hourMs || last.metric !== metric || last.device !== device) {
      const names = [source, metric, device ?? '', hourMs];
      const name = names.join('|');
      last = byName.get(name) ?? { key: seriesKey(person, names), metric, device, hourMs, points: [] };
      byName.set(name, last);
    }
    last.points.push(point);
  }
  return new Map([...byName.values()].map((hour) => [hour.key.toString('hex'), hour]));
}

const rank: Readonly<Record<Outcome, number>> = {
  duplicate: 0,
  dropped: 1,
  new: 2,
  corrected: 3,
  quarantined: 4,
};

function summaryOf(outcomes: ReadonlyMap<unknown, Outcome>): SeriesSummary {
  const counts: Record<Outcome, number> = { new: 0, duplicate: 0, corrected: 0, quarantined: 0, dropped: 0 };
  for (const outcome of outcomes.values()) counts[outcome] += 1;
  const { duplicate: duplicates, ...others } = counts;
  return { ...others, duplicates };
}

function bytesOf(raw: unknown): Buffer {
  return Buffer.from(JSON.stringify(raw));
}
