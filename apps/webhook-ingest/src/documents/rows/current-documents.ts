import { eventId } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { ObjectOutcome, ObjectPart } from '../domain/classify-object.ts';
import type { KnownObject } from '../domain/next-version.ts';
import { newestDocuments, unsealDocument } from './document-rows.ts';
import { objectKey } from './keyed-hash.ts';
import type { Observation, StoreOutcome } from '../domain/object-observation.ts';

export type ObservationOutcome = { readonly observation: Observation; readonly outcome: ObjectOutcome };

/** The documents of the current versions. They follow one call, in which an object may come several times. */
export type CurrentDocuments = {
  /** Merged with the current document; as it came if there is none. */
  merge(
    incoming: ObservationOutcome,
    classify: (observation: Observation) => ObservationOutcome,
  ): ObservationOutcome;
  /** What is published is the current document for the observations that follow. */
  note(incoming: ObservationOutcome, stored: StoreOutcome): StoreOutcome;
};

type Scope = {
  readonly person: LiveSubject;
  /** As the ledger of the same call changes it. */
  readonly known: ReadonlyMap<string, KnownObject>;
};

/** Loads the current documents of objects that come in parts. One query for all, none if there are none. */
export async function loadCurrent(
  query: Query,
  scope: Scope,
  observations: readonly ObservationOutcome[],
): Promise<CurrentDocuments> {
  const ids = observations.flatMap((one) => currentVersion(scope, one)?.id ?? []);
  const rows = ids.length === 0 ? [] : await newestDocuments(query, [...new Set(ids)]);
  /** By event id. */
  const documents = new Map(
    rows.map(({ eventId: id, contentHash, sealed }) => [
      id.toString('hex'),
      unsealDocument(scope.person, contentHash, sealed),
    ]),
  );

  return {
    merge(incoming, classify) {
      const { id, before, mergeWithCurrent } = currentVersion(scope, incoming) ?? {};
      const document = documents.get(id ?? '');
      const merged = document && mergeWithCurrent?.(document);
      if (before === undefined || merged === undefined) return incoming;
      const { observation, outcome } = classify({ ...incoming.observation, ...merged });
      if (outcome.kind !== 'versions') return { observation, outcome };
      return { observation, outcome: { ...outcome, parts: outcome.parts.map(noLessThan(before)) } };
    },
    note({ observation }, stored) {
      const isPart = observation.mergeWithCurrent !== undefined;
      if (isPart && stored.kind === 'published') documents.set(stored.eventId, observation.raw);
      return stored;
    },
  };
}

/** Of an object that comes in parts and has a current version. */
function currentVersion(
  { person, known }: Scope,
  { observation: { source, mergeWithCurrent }, outcome }: ObservationOutcome,
) {
  const part = mergeWithCurrent !== undefined && outcome.kind === 'versions' ? outcome.parts[0] : undefined;
  if (part === undefined || mergeWithCurrent === undefined) return undefined;
  const before = known.get(objectKey(person, source, part.objectId).toString('hex'));
  if (before === undefined || before.deleted) return undefined;
  const object = { kind: 'vendor', id: part.objectId } as const;
  const id = eventId({ source, userId: person.userId, object, version: before.version });
  return { id, before, mergeWithCurrent };
}

/** A merged document is at least as complete as the current one, which it contains. */
function noLessThan({ vendorVersion: before = 0 }: KnownObject): (part: ObjectPart) => ObjectPart {
  return (part) => ({ ...part, completeness: Math.max(part.completeness ?? 0, before) });
}
