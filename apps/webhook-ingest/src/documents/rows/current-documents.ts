import { eventId } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { Judged, Part } from '../domain/classify-object.ts';
import type { KnownObject } from '../domain/next-version.ts';
import { newestDocuments, openDocument } from './document-rows.ts';
import { objectKey } from './keyed-hash.ts';
import type { Observation, Stored } from './store-objects.ts';

export type JudgedObservation = { readonly observation: Observation; readonly judged: Judged };

/**
 * What objects that come in parts are put together with: the document of the version that stands. Follows one call, in which
 * an object may come several times.
 *
 * @param known As the ledger of the same call changes it.
 */
export function createStanding(person: LiveSubject, known: ReadonlyMap<string, KnownObject>) {
  /** By event id. */
  let documents = new Map<string, Buffer>();

  /** Of an object that comes in parts and stands. */
  function standing({ observation: { source, putTogether }, judged }: JudgedObservation) {
    const part = putTogether !== undefined && judged.kind === 'versions' ? judged.parts[0] : undefined;
    if (part === undefined || putTogether === undefined) return undefined;
    const before = known.get(objectKey(person, source, part.objectId).toString('hex'));
    if (before === undefined || before.deleted) return undefined;
    const object = { kind: 'vendor', id: part.objectId } as const;
    const id = eventId({ source, userId: person.userId, object, version: before.version });
    return { id, before, putTogether };
  }

  return {
    /** One query for all, and none when nothing of them stands. */
    async read(query: Query, judged: readonly JudgedObservation[]): Promise<void> {
      const ids = judged.flatMap((one) => standing(one)?.id ?? []);
      if (ids.length === 0) return;
      const found = await newestDocuments(query, [...new Set(ids)]);
      documents = new Map(
        found.map(({ eventId: id, contentHash, sealed }) => [
          id.toString('hex'),
          openDocument(person, contentHash, sealed),
        ]),
      );
    },

    /** With what stands; as it came where nothing does. */
    complete(
      one: JudgedObservation,
      judge: (observation: Observation) => JudgedObservation,
    ): JudgedObservation {
      const { id, before, putTogether } = standing(one) ?? {};
      const document = documents.get(id ?? '');
      const together = document && putTogether?.(document);
      if (before === undefined || together === undefined) return one;
      const { observation, judged } = judge({ ...one.observation, ...together });
      if (judged.kind !== 'versions') return { observation, judged };
      return { observation, judged: { ...judged, parts: judged.parts.map(noLessThan(before)) } };
    },

    note({ observation }: JudgedObservation, stored: Stored): Stored {
      const isPart = observation.putTogether !== undefined;
      if (isPart && stored.kind === 'published') documents.set(stored.eventId, observation.raw);
      return stored;
    },
  };
}

/** It holds what stands. */
function noLessThan({ vendorVersion: before = 0 }: KnownObject): (part: Part) => Part {
  return (part) => ({ ...part, completeness: Math.max(part.completeness ?? 0, before) });
}
