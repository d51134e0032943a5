import { byteaArray, uuidArray, type Query } from '@bridge/postgres';
import { unsealWith, sealWith, type LiveSubject } from '@bridge/vault';

export type BodyRow = {
  /** 32 hex digits. */
  readonly eventId: string;
  readonly person: LiveSubject;
  readonly raw: Buffer;
};

/** One statement, however many rows. */
export async function insertBodies(query: Query, rows: readonly BodyRow[]): Promise<void> {
  await query(
    `insert into public.raw_bodies (event_id, subject_id, sealed)
     select event_id, subject_id, sealed
       from unnest($1::bytea[], $2::uuid[], $3::bytea[]) as b(event_id, subject_id, sealed)`,
    [
      byteaArray(rows.map(({ eventId }) => eventId)),
      uuidArray(rows.map(({ person }) => person.subjectId)),
      byteaArray(rows.map(({ raw, person, eventId }) => sealWith(person.key, raw, place(person, eventId)))),
    ],
  );
}

export type SealedBody = { readonly subject_id: string; readonly sealed: Buffer };

/** The first body under this id: the event was made from it, and consumers drop repeated ids. */
export async function findBody(query: Query, eventId: string): Promise<SealedBody | undefined> {
  const [row] = await query<SealedBody>('select subject_id, sealed from ingest.raw_body_of($1)', [
    Buffer.from(eventId, 'hex'),
  ]);
  return row;
}

export function unsealBody(person: LiveSubject, eventId: string, sealed: Buffer): Buffer {
  return unsealWith(person.key, sealed, place(person, eventId));
}

function place({ subjectId }: LiveSubject, eventId: string) {
  return { table: 'public.raw_bodies', column: 'sealed', row: eventId, subject: subjectId };
}
