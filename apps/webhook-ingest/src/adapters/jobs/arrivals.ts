import { textArray, type Query, type Statement } from '@bridge/postgres';
import { markDocumentStatement } from '../connections/connection-rows.ts';

/** Documents of these types have come: what silence is measured from. */
export function arrivalsStatement(connectionId: string, dataTypes: Iterable<string>): Statement {
  return {
    name: 'ingest-arrivals',
    text: `insert into ingest.arrivals (connection_id, data_type, last_arrival_at)
           select $1, data_type, now() from unnest($2::text[]) as a(data_type)
           on conflict (connection_id, data_type) do update set last_arrival_at = excluded.last_arrival_at`,
    values: [connectionId, textArray([...new Set(dataTypes)].sort())],
  };
}

/** New documents or points of one type have come by a pull. */
export function createMarkArrived(query: Query) {
  return async function markArrived(connectionId: string, dataType: string): Promise<void> {
    for (const { text, values } of [
      arrivalsStatement(connectionId, [dataType]),
      markDocumentStatement(connectionId),
    ]) {
      await query(text, values);
    }
  };
}
