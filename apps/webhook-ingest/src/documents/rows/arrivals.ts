import { textArray, type Query, type Statement } from '@bridge/postgres';

/** Marks the arrival of these types, by a notice or as points of a series without notices. Silence is measured from it. */
export function arrivalsStatement(connectionId: string, dataTypes: Iterable<string>): Statement {
  return {
    name: 'ingest-arrivals',
    text: `insert into ingest.arrivals (connection_id, data_type, last_arrival_at)
           select $1, data_type, now() from unnest($2::text[]) as a(data_type)
           on conflict (connection_id, data_type) do update set last_arrival_at = excluded.last_arrival_at`,
    values: [connectionId, textArray([...new Set(dataTypes)].sort())],
  };
}

/** Marks what a pull found. */
export type MarkPulled = {
  /** New points, for which there are no notices. */
  points(connectionId: string, dataType: string): Promise<void>;
  /**
   * New documents that a notice should have announced. They do not end a silence, which is about notices; but the vendor does
   * have data, so the cause is determined again.
   */
  documents(connectionId: string, dataType: string): Promise<void>;
};

export function createMarkPulled(query: Query): MarkPulled {
  const run = async (...statements: readonly Statement[]) => {
    for (const { text, values } of statements) await query(text, values);
  };
  return {
    points: (connectionId, dataType) =>
      run(arrivalsStatement(connectionId, [dataType]), markDocumentStatement(connectionId)),
    documents: (connectionId, dataType) =>
      run(askAgainStatement(connectionId, dataType), markDocumentStatement(connectionId)),
  };
}

function askAgainStatement(connectionId: string, dataType: string): Statement {
  return {
    name: 'ingest-silence-ask-again',
    text: `update ingest.arrivals set silence_cause = null
            where connection_id = $1 and data_type = $2 and silence_cause = 'vendor_has_nothing'`,
    values: [connectionId, dataType],
  };
}

/** A document of this connection has arrived. */
export function markDocumentStatement(connectionId: string): Statement {
  return {
    name: 'ingest-connections-document',
    text: 'update ingest.connections set last_document_at = now() where connection_id = $1',
    values: [connectionId],
  };
}
