import type { Log } from '@bridge/core';
import type { LiveSubject } from '@bridge/vault';
import { z } from 'zod';
import type { MarkPulled } from '../documents/rows/arrivals.ts';
import type { Observation, StoreObjects } from '../documents/rows/store-objects.ts';
import type { StoreSeries } from '../documents/rows/store-series.ts';
import type { VendorSession } from '../vendor-client/vendor-session.ts';
import type { Connection } from '../connections/domain/connection.ts';
import { normalizeOuraHeartRate } from '../vendors/oura/heart-rate.ts';
import { normalizeDocument } from './domain/normalize-document.ts';
import { pagesOf } from '../vendor-client/pages-of.ts';
import { isSeries, type Span } from './domain/pull-plan.ts';
import type { PullResult } from './domain/pull-tally.ts';
import { isVendorFailure, type VendorFailure } from '../vendors/vendor-answer.ts';

type Deps = {
  readonly storeObjects: StoreObjects;
  readonly storeSeries: StoreSeries;
  readonly markPulled: MarkPulled;
  readonly log: Log;
};

export type PullTarget = {
  readonly connection: Connection;
  readonly person: LiveSubject;
  readonly session: VendorSession;
};

/** What stands on the page, and behind it, is not known. */
const unreadable = { kind: 'unreadable' } as const;
/** A month of one person's heart rate is more than one transaction should hold. */
const pointsAtOnce = 2_000;

const sleepSchema = z.looseObject({ id: z.union([z.string(), z.number()]) });
const recoverySchema = z.looseObject({ sleep_id: z.union([z.string(), z.number()]) });

/**
 * Everything of one data type in a span of time, page by page, stored as if a notice had named it. Stopped in the middle,
 * it can be pulled again: what is here already is a duplicate.
 */
export function createPullWindow({ storeObjects, storeSeries, markPulled, log }: Deps) {
  return async function pullWindow(of: PullTarget, dataType: string, span: Span): Promise<PullResult> {
    const { vendor, connectionId } = of.connection;
    let added = 0;
    for await (const answer of pagesOf((page) => of.session.fetchPage(dataType, span, page))) {
      if (isVendorFailure(answer)) return answer;
      const stored =
        answer.kind === 'missing'
          ? unreadable
          : await storePage(of, { dataType, span, documents: answer.documents });
      if (stored.kind === 'unreadable') {
        log.warn('a vendor does not give a list', { source: vendor, kind: dataType });
      }
      if (stored.kind !== 'pulled') return stored;
      added += stored.added;
    }
    // The next pull of a series begins where the last points came: pages that are still missing must not be passed over.
    if (added > 0 && isSeries(vendor, dataType)) await markPulled.points(connectionId, dataType);
    return { kind: 'pulled', added };
  };

  type Page = { readonly dataType: string; readonly span: Span; readonly documents: readonly unknown[] };

  async function storePage(of: PullTarget, page: Page): Promise<PullResult> {
    const { connection, person } = of;
    if (isSeries(connection.vendor, page.dataType)) return storePoints(of, page);
    const sleeps = await sleepsOf(of, page);
    if (!(sleeps instanceof Map)) return sleeps;
    const { vendor, connectionId } = connection;
    const observations = page.documents.map((json): Observation => {
      const sleep = sleeps.get(sleepIdOf(json));
      const document = sleep === undefined ? { json } : { json, related: { sleep } };
      const normalized = normalizeDocument(vendor, page.dataType, document);
      return { source: vendor, connectionId, normalized, raw: Buffer.from(JSON.stringify(json)) };
    });
    if (observations.length === 0) return { kind: 'pulled', added: 0 };
    const stored = await storeObjects(person, observations, []);
    const added = stored.filter(({ kind }) => kind === 'published').length;
    if (added > 0) await markPulled.documents(connectionId, page.dataType);
    return { kind: 'pulled', added };
  }

  async function storePoints({ connection, person }: PullTarget, { documents }: Page): Promise<PullResult> {
    const { vendor: source, connectionId } = connection;
    let added = 0;
    for (let nr = 0; nr < documents.length; nr += pointsAtOnce) {
      const read = normalizeOuraHeartRate(documents.slice(nr, nr + pointsAtOnce));
      added += (await storeSeries(person, { source, connectionId, ...read })).new;
    }
    return { kind: 'pulled', added };
  }
}

/**
 * A recovery says what a notice of it would say only together with its sleep. By id: those of the same span, and what
 * lies beyond its edges one by one.
 */
async function sleepsOf(
  { connection, session }: PullTarget,
  { dataType, span, documents }: { dataType: string; span: Span; documents: readonly unknown[] },
): Promise<Map<string, unknown> | VendorFailure | typeof unreadable> {
  const sleeps = new Map<string, unknown>();
  if (connection.vendor !== 'whoop' || dataType !== 'recovery') return sleeps;
  for await (const answer of pagesOf((page) => session.fetchPage('sleep', span, page))) {
    if (isVendorFailure(answer)) return answer;
    if (answer.kind === 'missing') return unreadable;
    for (const json of answer.documents) {
      const sleep = sleepSchema.safeParse(json);
      if (sleep.success) sleeps.set(String(sleep.data.id), json);
    }
  }
  for (const id of documents.map(sleepIdOf)) {
    if (id === '' || sleeps.has(id)) continue;
    const answer = await session.fetchObject('sleep', id);
    if (answer.kind === 'document') sleeps.set(id, answer.json);
    else if (answer.kind !== 'unknown_type' && isVendorFailure(answer)) return answer;
  }
  return sleeps;
}

/** Empty where the document has none. */
function sleepIdOf(recovery: unknown): string {
  const read = recoverySchema.safeParse(recovery);
  return read.success ? String(read.data.sleep_id) : '';
}
