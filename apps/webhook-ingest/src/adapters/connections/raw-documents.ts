import type { Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import { openDocument } from '../objects/document-rows.ts';

export type RawDocument = {
  readonly person: LiveSubject;
  /** As it came. */
  readonly open: () => Buffer;
};

/** What an event was made of; undefined where nothing is kept of it, or its person is erased. */
export function createRawDocuments(query: Query, vault: Pick<Vault, 'byId'>) {
  return async function rawOf(eventId: string): Promise<RawDocument | undefined> {
    const [row] = await query<{ subject_id: string; content_hash: Buffer; sealed: Buffer }>(
      `select subject_id, content_hash, sealed from ingest.documents
        where event_id = $1 order by document_id desc limit 1`,
      [Buffer.from(eventId, 'hex')],
    );
    if (row === undefined) return undefined;
    const person = (await vault.byId([row.subject_id])).get(row.subject_id);
    if (person === undefined || person.erased) return undefined;
    return { person, open: () => openDocument(person, row.content_hash, row.sealed) };
  };
}

export type RawOf = ReturnType<typeof createRawDocuments>;
