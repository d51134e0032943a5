import { hasScope, mayAccess, type Authenticate, type Credentials, type Principal } from '@bridge/auth';
import type { Log } from '@bridge/core';
import type { SseConnection } from './sse-connection.ts';
import type { StreamGroups } from './stream-groups.ts';

export type RefusalChecks = {
  readonly authenticate: Authenticate;
  /** Of these persons the erased ones. */
  readonly erasedAmong: (subjectIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly log: Log;
};

type OpenStreamIndex = {
  readonly byCredentials: StreamGroups;
  readonly bySubject: StreamGroups;
  readonly credentialsOf: (connection: SseConnection) => Credentials | undefined;
};

/** Ends the streams that would not be opened any more: their key, session or person is gone. */
export function createEndRefused({ authenticate, erasedAmong, log }: RefusalChecks, open: OpenStreamIndex) {
  /** The caller as of now; undefined: refused. */
  async function callerOf({
    authorization,
    cookie,
  }: Credentials): Promise<Principal | undefined | 'unknown'> {
    try {
      const result = await authenticate(authorization, cookie);
      return result.ok ? result.principal : undefined;
    } catch (error) {
      // PostgreSQL is away: streams go on, as for requests under credentials that were good a moment ago.
      log.debug('credentials of open streams not checked', { error });
      return 'unknown';
    }
  }

  async function endRevoked(): Promise<void> {
    for (const streams of [...open.byCredentials.all()]) {
      const [first] = streams;
      const credentials = first && open.credentialsOf(first);
      if (credentials === undefined) continue;
      const caller = await callerOf(credentials);
      if (caller === 'unknown') continue;
      for (const connection of [...streams]) if (!mayGoOn(connection, caller)) connection.end('revoked');
    }
  }

  async function endErased(): Promise<void> {
    const subjectIds = [...open.bySubject.keys()];
    if (subjectIds.length === 0) return;
    try {
      for (const subjectId of await erasedAmong(subjectIds)) {
        for (const connection of [...open.bySubject.of(subjectId)]) connection.end('erased');
      }
    } catch (error) {
      log.debug('persons of open streams not checked', { error });
    }
  }

  return async function endRefused(): Promise<void> {
    await Promise.all([endRevoked(), endErased()]);
  };
}

/** Whether a caller may still see what the stream shows: a sign-in's scopes and persons can change while it is open. */
function mayGoOn({ filter: { users } }: SseConnection, caller: Principal | undefined): boolean {
  if (caller === undefined || !hasScope(caller, 'stream')) return false;
  return users === undefined
    ? caller.users === undefined
    : [...users].every((user) => mayAccess(caller, user));
}
