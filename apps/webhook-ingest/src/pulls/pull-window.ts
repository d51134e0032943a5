import type { Log } from '@bridge/core';
import type { LiveSubject } from '@bridge/vault';
import type { MarkPulled } from '../documents/rows/arrivals.ts';
import type { StoreObjects } from '../documents/rows/store-objects.ts';
import type { Observation } from '../documents/domain/object-observation.ts';
import type { StoreSeries } from '../documents/rows/store-series.ts';
import type { VendorSession } from '../vendor-client/vendor-session.ts';
import type { Connection } from '../connections/domain/connection.ts';
import type { IngestMetrics } from '../metrics.ts';
import { pagesOf } from '../vendor-client/pages-of.ts';
import { isSeries } from './domain/pull-plan.ts';
import type { PullResult } from './domain/pull-tally.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import { entryOf, type Companion, type DataType, type SeriesPoints } from '../vendors/data-type.ts';
import { isVendorFailure, type Span, type VendorFailure } from '../vendors/vendor-answer.ts';

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  readonly storeObjects: StoreObjects;
  readonly storeSeries: StoreSeries;
  readonly markPulled: MarkPulled;
  readonly countOutOfRange: IngestMetrics['countOutOfRange'];
  readonly log: Log;
};

export type PullTarget = {
  readonly connection: Connection;
  readonly person: LiveSubject;
  readonly session: VendorSession;
};

type Page = {
  readonly dataType: string;
  readonly span: Span;
  readonly documents: readonly unknown[];
  readonly raws: readonly Buffer[];
};
type ReadPoints = (items: readonly unknown[]) => SeriesPoints;

/** The contents of this page and of those behind it are unknown. */
const unreadable = { kind: 'unreadable' } as const;
/** A month of one person's heart rate is more than one transaction should hold. */
const pointsAtOnce = 2_000;

/**
 * Pulls all documents of one data type in a span of time, page by page, as if notices had named them. If it stops midway it
 * can be pulled again: documents that are stored already are duplicates.
 */
export function createPullWindow(deps: Deps) {
  const { vendors, storeObjects, storeSeries, markPulled, countOutOfRange, log } = deps;
  return async function pullWindow(of: PullTarget, dataType: string, span: Span): Promise<PullResult> {
    const { vendor, connectionId } = of.connection;
    let added = 0;
    let dropped = 0;
    for await (const answer of pagesOf((page) => of.session.fetchPage(dataType, span, page))) {
      if (isVendorFailure(answer)) return answer;
      const stored =
        answer.kind === 'missing'
          ? unreadable
          : await storePage(of, { dataType, span, documents: answer.documents, raws: answer.raws ?? [] });
      if (stored.kind === 'unreadable') {
        log.warn('vendor list unreadable', { source: vendor, kind: dataType });
      }
      if (stored.kind !== 'pulled') return stored;
      added += stored.added;
      dropped += stored.dropped;
    }
    if (dropped > 0) {
      countOutOfRange(vendor, dropped);
      log.info('pulled documents are older than the retention', {
        source: vendor,
        kind: dataType,
        count: dropped,
      });
    }
    // The next pull of a series begins at the last points: pages that are still missing must not be skipped.
    if (added > 0 && isSeries(vendors.get(vendor), dataType)) await markPulled.points(connectionId, dataType);
    return { kind: 'pulled', added, dropped };
  };

  async function storePage(of: PullTarget, page: Page): Promise<PullResult> {
    const { connection, person } = of;
    const { vendor, connectionId } = connection;
    const { dataTypes, normalize } = vendors.get(vendor);
    const type = entryOf<DataType>(dataTypes, page.dataType);
    if (type?.shape === 'series') return storePoints(of, page, type.readPoints);
    const companion = type?.companion;
    const companions = companion && (await companionsOf(of.session, companion, page));
    if (companions !== undefined && !(companions instanceof Map)) return companions;
    const observations = page.documents.map((json, nr): Observation => {
      const related = companions?.get(companion?.idIn(json) ?? '');
      const normalized = normalize(page.dataType, related === undefined ? { json } : { json, related });
      return {
        source: vendor,
        connectionId,
        normalized,
        raw: page.raws[nr] ?? Buffer.from(JSON.stringify(json)),
      };
    });
    if (observations.length === 0) return { kind: 'pulled', added: 0, dropped: 0 };
    const stored = await storeObjects(person, observations, []);
    const added = stored.filter(({ kind }) => kind === 'published').length;
    const dropped = stored.filter(({ kind }) => kind === 'dropped').length;
    if (added > 0) await markPulled.documents(connectionId, page.dataType);
    return { kind: 'pulled', added, dropped };
  }

  async function storePoints(
    { connection, person }: PullTarget,
    { documents }: Page,
    readPoints: ReadPoints,
  ): Promise<PullResult> {
    const { vendor: source, connectionId } = connection;
    let added = 0;
    let dropped = 0;
    for (let nr = 0; nr < documents.length; nr += pointsAtOnce) {
      const read = readPoints(documents.slice(nr, nr + pointsAtOnce));
      const stored = await storeSeries(person, { source, connectionId, ...read });
      added += stored.new;
      dropped += stored.dropped;
    }
    return { kind: 'pulled', added, dropped };
  }
}

/** The companions of a page's documents by id: those of the same span, and others beyond its edges one by one. */
async function companionsOf(
  session: VendorSession,
  { dataType, idIn, idOf }: Companion,
  { span, documents }: Page,
): Promise<Map<string, unknown> | VendorFailure | typeof unreadable> {
  const companions = new Map<string, unknown>();
  for await (const answer of pagesOf((page) => session.fetchPage(dataType, span, page))) {
    if (isVendorFailure(answer)) return answer;
    if (answer.kind === 'missing') return unreadable;
    for (const json of answer.documents) {
      const id = idOf(json);
      if (id !== undefined) companions.set(id, json);
    }
  }
  for (const id of documents.map(idIn)) {
    if (id === undefined || companions.has(id)) continue;
    const answer = await session.fetchObject(dataType, id);
    if (answer.kind === 'document') companions.set(id, answer.json);
    else if (answer.kind !== 'unknown_type' && isVendorFailure(answer)) return answer;
  }
  return companions;
}
