import { eventId } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { ObjectOutcome, ObjectPart } from '../domain/classify-object.ts';
import type { KnownObject } from '../domain/next-version.ts';
import { newestDocuments, unsealDocument } from './document-rows.ts';
import { objectKey } from './keyed-hash.ts';
import type { Observation, StoreOutcome } from './store-objects.ts';

export type ObservationOutcome = { readonly observation: Observation; readonly outcome: ObjectOutcome };

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
  function standing({ observation: { source, mergeWithCurrent }, outcome }: ObservationOutcome) {
    const part = mergeWithCurrent !== undefined && outcome.kind === 'versions' ? outcome.parts[0] : undefined;
    if (part === undefined || mergeWithCurrent === undefined) return undefined;
    const before = known.get(objectKey(person, source, part.objectId).toString('hex'));
    if (before === undefined || before.deleted) return undefined;
    const object = { kind: 'vendor', id: part.objectId } as const;
    const id = eventId({ source, userId: person.userId, object, version: before.version });
    return { id, before, mergeWithCurrent };
  }

  return {
    /** One query for all, and none when nothing of them stands. */
    async read(query: Query, outcome: readonly ObservationOutcome[]): Promise<void> {
      const ids = outcome.flatMap((one) => standing(one)?.id ?? []);
      if (ids.length === 0) return;
      const found = await newestDocuments(query, [...new Set(ids)]);
      documents = new Map(
        found.map(({ eventId: id, contentHash, sealed }) => [
          id.toString('hex'),
          unsealDocument(person, contentHash, sealed),
        ]),
      );
    },

    /** With what stands; as it came where nothing does. */
    complete(
      one: ObservationOutcome,
      classify: (observation: Observation) => ObservationOutcome,
    ): ObservationOutcome {
      const { id, before, mergeWithCurrent } = standing(one) ?? {};
      const document = documents.get(id ?? '');
      const together = document && mergeWithCurrent?.(document);
      if (before === undefined || together === undefined) return one;
      const { observation, outcome } = classify({ ...one.observation, ...together });
      if (outcome.kind !== 'versions') return { observation, outcome };
      return { observation, outcome: { ...outcome, parts: outcome.parts.map(noLessThan(before)) } };
    },

    note({ observation }: ObservationOutcome, stored: StoreOutcome): StoreOutcome {
      const isPart = observation.mergeWithCurrent !== undefined;
      if (isPart && stored.kind === 'published') documents.set(stored.eventId, observation.raw);
      return stored;
    },
  };
}

/** It holds what stands. */
function noLessThan({ vendorVersion: before = 0 }: KnownObject): (part: ObjectPart) => ObjectPart {
  return (part) => ({ ...part, completeness: Math.max(part.completeness ?? 0, before) });
}
