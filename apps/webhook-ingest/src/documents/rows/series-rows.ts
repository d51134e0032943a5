import { byteaArray, timestamptzArray, type Query, type Statement } from '@bridge/postgres';
import { unsealWith, sealWith, type LiveSubject, type Place } from '@bridge/vault';
import { packParts, unpackParts, type PackedPart } from '../domain/pack-parts.ts';
import type { SeriesPart } from '../domain/merge-series.ts';
import { keyedHash } from './keyed-hash.ts';

/** One hour of one metric of one device. */
export type SeriesRow = {
  readonly key: Buffer;
  readonly metric: string;
  /** Its start, milliseconds since 1970. */
  readonly hourMs: number;
  readonly parts: readonly SeriesPart[];
};

/** The row of one hour, 16 bytes. */
export function seriesKey(person: LiveSubject, names: readonly (string | number)[]): Buffer {
  return keyedHash(person, 'series', names.join('\n')).subarray(0, 16);
}

export type HourKey = Pick<SeriesRow, 'key' | 'metric'>;

/** The parts of these hours that went out, by hex key. */
export async function loadSeries(
  query: Query,
  person: LiveSubject,
  hours: readonly HourKey[],
): Promise<Map<string, readonly SeriesPart[]>> {
  const rows = await query<{ key: Buffer; sealed: Buffer }>(
    'select series_key "key", sealed from ingest.series where series_key = any($1::bytea[])',
    [byteaArray(hours.map(({ key }) => key))],
  );
  const metrics = new Map(hours.map(({ key, metric }) => [key.toString('hex'), metric]));
  return new Map(
    rows.map(({ key, sealed }) => {
      const hex = key.toString('hex');
      const text = unsealWith(person.key, sealed, placeOf(person, key)).toString('utf8');
      return [hex, unpackParts(metrics.get(hex) ?? '', JSON.parse(text) as PackedPart[])];
    }),
  );
}

/** One row per key. */
export function writeSeries(person: LiveSubject, rows: readonly SeriesRow[]): Statement {
  return {
    name: 'write-series',
    text: `insert into ingest.series (series_key, subject_id, hour, sealed)
           select key, $1, hour, sealed
             from unnest($2::bytea[], $3::timestamptz[], $4::bytea[]) as s(key, hour, sealed)
           on conflict (series_key) do update set sealed = excluded.sealed, updated_at = now()`,
    values: [
      person.subjectId,
      byteaArray(rows.map(({ key }) => key)),
      timestamptzArray(rows.map(({ hourMs }) => hourMs)),
      byteaArray(
        rows.map(({ key, parts }) =>
          sealWith(person.key, JSON.stringify(packParts(parts)), placeOf(person, key)),
        ),
      ),
    ],
  };
}

function placeOf({ subjectId }: LiveSubject, key: Buffer): Place {
  return { table: 'ingest.series', column: 'sealed', row: key.toString('hex'), subject: subjectId };
}
