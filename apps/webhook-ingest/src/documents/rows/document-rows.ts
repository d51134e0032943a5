import type { Problem } from '@bridge/contracts';
import { byteaArray, textArray, uuidArray, type Query, type Statement } from '@bridge/postgres';
import { unsealWith, sealWith, type LiveSubject } from '@bridge/vault';
import { unmappedState } from '../domain/normalized.ts';
import { keyedHash } from './keyed-hash.ts';

/** A document as it arrived, and its outcome. */
export type DocumentRow = {
  readonly source: string;
  readonly connectionId: string | undefined;
  /** 32 hex digits; undefined unless it became an event. */
  readonly eventId: string | undefined;
  readonly state: 'event' | 'quarantined' | 'unmapped';
  /** A code, never a value. */
  readonly reason: string | undefined;
  readonly raw: Buffer;
  /** Fields that hold something that cannot be. */
  readonly problems?: readonly Problem[] | undefined;
};

export function insertDocuments(person: LiveSubject, rows: readonly DocumentRow[]): Statement {
  const hashes = rows.map(({ raw }) => keyedHash(person, 'document', raw));
  return {
    name: 'insert-documents',
    text: `insert into ingest.documents (subject_id, connection_id, source, event_id, state, reason, content_hash, sealed, problems)
           select $1, connection_id, source, event_id, state, reason, content_hash, sealed, problems::jsonb
             from unnest($2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::bytea[], $8::bytea[], $9::text[])
                  as d(connection_id, source, event_id, state, reason, content_hash, sealed, problems)
           on conflict (subject_id, content_hash) where state <> 'event' do nothing`,
    values: [
      person.subjectId,
      uuidArray(rows.map(({ connectionId }) => connectionId ?? null)),
      textArray(rows.map(({ source }) => source)),
      byteaArray(rows.map(({ eventId }) => eventId ?? null)),
      textArray(rows.map(({ state }) => (state === 'unmapped' ? unmappedState : state))),
      textArray(rows.map(({ reason }) => reason ?? null)),
      byteaArray(hashes),
      byteaArray(
        rows.map(({ raw }, index) => sealWith(person.key, raw, place(person, hashes[index] as Buffer))),
      ),
      textArray(rows.map(({ problems = [] }) => (problems.length === 0 ? null : JSON.stringify(problems)))),
    ],
  };
}

/** @param contentHash Of the same row. */
export function unsealDocument(person: LiveSubject, contentHash: Buffer, sealed: Buffer): Buffer {
  return unsealWith(person.key, sealed, place(person, contentHash));
}

export type SealedDocument = {
  readonly eventId: Buffer;
  readonly subjectId: string;
  readonly contentHash: Buffer;
  readonly sealed: Buffer;
};

/** The newest document of each of these events (ids in hex). Events without a stored document are missing. */
export function newestDocuments(query: Query, eventIds: readonly string[]): Promise<SealedDocument[]> {
  return query<SealedDocument>(
    `select distinct on (event_id) event_id "eventId", subject_id "subjectId", content_hash "contentHash", sealed
       from ingest.documents where event_id = any($1::bytea[]) order by event_id, document_id desc`,
    [byteaArray(eventIds)],
  );
}

function place({ subjectId }: LiveSubject, contentHash: Buffer) {
  return {
    table: 'ingest.documents',
    column: 'sealed',
    row: contentHash.toString('hex'),
    subject: subjectId,
  };
}
