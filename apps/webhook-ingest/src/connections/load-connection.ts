import type { LiveSubject, Subject } from '@bridge/vault';
import { z } from 'zod';
import type { ConnectionRow } from './rows/connection-queries.ts';
import type { Connection } from './domain/connection.ts';

const payloadSchema = z.looseObject({ connection_id: z.uuid() });

/** A connection as the job found it, with the fields that show whether it has changed since. */
export type ConnectionSnapshot = Connection & Pick<ConnectionRow, 'since' | 'notBefore'>;

type Deps<C extends Connection> = {
  readonly byId: (connectionId: string) => Promise<C | undefined>;
  readonly people: (subjectIds: readonly string[]) => Promise<ReadonlyMap<string, Subject>>;
};

export type ConnectionResult<C extends Connection> =
  | { readonly kind: 'open'; readonly connection: C; readonly person: LiveSubject }
  | { readonly kind: 'erased'; readonly connectionId: string }
  | { readonly kind: 'disconnected'; readonly connectionId: string }
  /** Unknown, or the person has to consent again. */
  | { readonly kind: 'closed' };

export type LoadConnection<C extends Connection> = (payload: unknown) => Promise<ConnectionResult<C>>;

/** Loads the connection that a job is about, with its person. */
export function createLoadConnection<C extends Connection>({ byId, people }: Deps<C>): LoadConnection<C> {
  return async function loadConnection(payload) {
    const { connection_id: connectionId } = payloadSchema.parse(payload);
    const connection = await byId(connectionId);
    if (connection === undefined) return { kind: 'closed' };
    const person = (await people([connection.subjectId])).get(connection.subjectId);
    if (person === undefined || person.erased) return { kind: 'erased', connectionId };
    if (connection.state === 'disconnected') return { kind: 'disconnected', connectionId };
    if (connection.state === 'needs_consent') return { kind: 'closed' };
    return { kind: 'open', connection, person };
  };
}
