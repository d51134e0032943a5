import { hash } from 'node:crypto';
import type { Query } from '@bridge/postgres';
import type { Document } from '../../vendor-sim/document-store.ts';
import type { ProofResult } from '../proof.ts';
import type { VendorObject } from './object-pool.ts';
import type { TopicVersions, Version } from './read-versions.ts';
import type { ObservedVendors } from './observed-vendors.ts';

type Observation = {
  readonly objects: readonly VendorObject[];
  readonly vendors: ObservedVendors;
  readonly topic: TopicVersions;
  /** `<user>/<vendor>` that had no consent for a time, during which the vendor sent no notices of them. */
  readonly unheard: ReadonlySet<string>;
};

/** Checks that the topic ends with the vendors' documents, holds every stored version in order, and nothing else. */
export async function checkVersions(
  query: Query,
  { objects, vendors, topic, unheard }: Observation,
): Promise<ProofResult> {
  const { sim, documentRequests } = vendors;
  const given = new Set(documentRequests.flatMap((one) => one.documentHash ?? []));
  const wrong = {
    'objects whose last version is not on the topic': 0,
    'objects whose deletion is not on the topic': 0,
    'objects with versions out of order, or on two partitions': 0,
    'versions under more than one id': 0,
    'versions that no vendor gave': 0,
  };
  let [versions, deleted] = [0, 0];
  for (const one of objects) {
    const seen = topic.objects.get(`${one.userId}/${one.vendor}/${one.object}`) ?? [];
    versions += seen.length;
    const last = seen.at(-1);
    const document = sim.find(one.vendor, one.account, one.collection, one.id);
    if (document === undefined) deleted += 1;
    if (!unheard.has(`${one.userId}/${one.vendor}`)) {
      if (document === undefined && last?.operation !== 'delete') {
        wrong['objects whose deletion is not on the topic'] += 1;
      }
      if (document !== undefined && !matchesDocument(last, document)) {
        wrong['objects whose last version is not on the topic'] += 1;
      }
    }
    if (!inOrder(seen)) wrong['objects with versions out of order, or on two partitions'] += 1;
    wrong['versions under more than one id'] +=
      seen.length - new Set(seen.map(({ version }) => version)).size;
    wrong['versions that no vendor gave'] += seen.filter(
      ({ operation, raw }) => operation === 'upsert' && !given.has(raw),
    ).length;
  }
  const stored = await query<{ id: string }>(
    `select encode(event_id, 'hex') id from ingest.documents where event_id is not null`,
  );
  const storedIds = new Set(stored.map(({ id }) => id));
  const { events } = topic.truth;
  const others = {
    'versions stored and not on the topic': [...storedIds].filter((id) => !events.has(id)).length,
    'versions on the topic and not stored': [...events.keys()].filter((id) => !storedIds.has(id)).length,
    'versions stored twice': stored.length - storedIds.size,
    'messages on the topic that are not ours': topic.foreign,
    ...(await decidedInOrder(query, topic)),
  };
  const failures = Object.entries({ ...wrong, ...others }).flatMap(([what, count]) =>
    count > 0 ? [`${count} ${what}`] : [],
  );
  return {
    figures: {
      objects: objects.length,
      'objects deleted at the end': deleted,
      'versions on the topic': versions,
      'repeated on the topic': topic.truth.duplicates,
      ...wrong,
      ...others,
    },
    failures,
  };
}

function matchesDocument(version: Version | undefined, document: Document): boolean {
  const raw = hash('sha256', JSON.stringify(document), 'hex');
  return version?.operation === 'upsert' && version.raw === raw;
}

function inOrder(versions: readonly Version[]): boolean {
  return versions.every(({ version, at }, nr) => {
    const before = versions[nr - 1];
    return before === undefined || (before.version < version && before.at.partition === at.partition);
  });
}

/** Counts the objects of which a higher version was decided before a lower one. */
async function decidedInOrder(query: Query, { objects }: TopicVersions): Promise<Record<string, number>> {
  const rows = await query<{ id: string }>(
    `select encode(event_id, 'hex') id from biometric_events order by subject_id, seq`,
  );
  const places = new Map(rows.map(({ id }, nr) => [id, nr]));
  const unordered = [...objects.values()].filter((versions) => {
    const order = versions.map(({ eventId }) => places.get(eventId) ?? Infinity);
    return order.some((place, nr) => nr > 0 && place < (order[nr - 1] ?? 0));
  });
  return { 'objects decided out of order': unordered.length };
}
