import type { Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import { newestDocuments, unsealDocument } from '../../documents/rows/document-rows.ts';
import { findBody, unsealBody } from '../../documents/rows/body-rows.ts';

export type RawDocument = {
  readonly person: LiveSubject;
  /** Its table. */
  readonly table: string;
  /** As it came. */
  readonly unseal: () => Buffer;
};

type SealedSource = {
  readonly subjectId: string;
  readonly table: string;
  readonly unsealFor: (person: LiveSubject) => Buffer;
};

/** The document of an event; undefined if none is kept, or the person is erased. */
export type LoadRawDocument = (eventId: string) => Promise<RawDocument | undefined>;

export function createLoadRawDocument(query: Query, vault: Pick<Vault, 'byId'>): LoadRawDocument {
  return async function loadRawDocument(eventId) {
    const sealed = (await documentOf(query, eventId)) ?? (await bodyOf(query, eventId));
    if (sealed === undefined) return undefined;
    const { subjectId, table, unsealFor } = sealed;
    const person = (await vault.byId([subjectId])).get(subjectId);
    if (person === undefined || person.erased) return undefined;
    return { person, table, unseal: () => unsealFor(person) };
  };
}

async function documentOf(query: Query, eventId: string): Promise<SealedSource | undefined> {
  const [found] = await newestDocuments(query, [eventId]);
  return (
    found && {
      subjectId: found.subjectId,
      table: 'ingest.documents',
      unsealFor: (person) => unsealDocument(person, found.contentHash, found.sealed),
    }
  );
}

async function bodyOf(query: Query, eventId: string): Promise<SealedSource | undefined> {
  const row = await findBody(query, eventId);
  return (
    row && {
      subjectId: row.subject_id,
      table: 'public.raw_bodies',
      unsealFor: (person) => unsealBody(person, eventId, row.sealed),
    }
  );
}
