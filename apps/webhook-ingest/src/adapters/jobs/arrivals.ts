import { textArray, type Statement } from '@bridge/postgres';

/** Documents of these types have arrived by a connection: what silence is measured from. */
export function arrivalsStatement(connectionId: string, dataTypes: Iterable<string>): Statement {
  return {
    name: 'ingest-arrivals',
    text: `insert into ingest.arrivals (connection_id, data_type, last_arrival_at)
           select $1, data_type, now() from unnest($2::text[]) as a(data_type)
           on conflict (connection_id, data_type) do update set last_arrival_at = excluded.last_arrival_at`,
    values: [connectionId, textArray([...new Set(dataTypes)].sort())],
  };
}
