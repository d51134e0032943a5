import type { Query, Statement } from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject, type Place } from '@bridge/vault';
import { unknownZone, withOffsets, type PersonZone } from '../domain/person-zone.ts';

type StoredZone = {
  readonly time_zone?: string;
  readonly offset_minutes?: number;
  /** In ms since 1970. */
  readonly offset_at?: number;
};

export type RenewedZone = {
  readonly zone: PersonZone;
  /** For the same transaction; none if nothing changed. */
  readonly statements: readonly Statement[];
};

/** The person's zone with the newest real offset of these times. Call it under the person's lock. */
export async function renewZone(
  query: Query,
  person: LiveSubject,
  { times, arrivalMs }: { readonly times: readonly string[]; readonly arrivalMs: number },
): Promise<RenewedZone> {
  const before = await loadZone(query, person);
  const zone = withOffsets(before, times, arrivalMs);
  return { zone, statements: zone === before ? [] : [writeZone(person, zone)] };
}

export async function loadZone(query: Query, person: LiveSubject): Promise<PersonZone> {
  const [row] = await query<{ sealed: Buffer }>('select sealed from ingest.zones where subject_id = $1', [
    person.subjectId,
  ]);
  if (row === undefined) return unknownZone;
  const text = unsealWith(person.key, row.sealed, placeOf(person)).toString('utf8');
  const { time_zone: timeZone, offset_minutes: minutes, offset_at: atMs } = JSON.parse(text) as StoredZone;
  return {
    ...(timeZone !== undefined && { timeZone }),
    ...(minutes !== undefined && atMs !== undefined && { offset: { minutes, atMs } }),
  };
}

export function writeZone(person: LiveSubject, { timeZone, offset }: PersonZone): Statement {
  const stored: StoredZone = {
    ...(timeZone !== undefined && { time_zone: timeZone }),
    ...(offset !== undefined && { offset_minutes: offset.minutes, offset_at: offset.atMs }),
  };
  return {
    name: 'write-zone',
    text: `insert into ingest.zones (subject_id, sealed) values ($1, $2)
           on conflict (subject_id) do update set sealed = excluded.sealed, updated_at = now()`,
    values: [person.subjectId, sealWith(person.key, JSON.stringify(stored), placeOf(person))],
  };
}

function placeOf({ subjectId }: LiveSubject): Place {
  return { table: 'ingest.zones', column: 'sealed', row: subjectId, subject: subjectId };
}
