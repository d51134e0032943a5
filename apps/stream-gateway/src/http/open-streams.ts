import { type Authenticate, type Credentials } from '@bridge/auth';
import { type Closeable, type Log } from '@bridge/core';
import { type Feed } from '../domain/feed.ts';
import { encodeKeepAlive } from '../domain/sse-frame.ts';
import { type SseConnection } from './sse-connection.ts';

export type OpenStreams = Closeable & {
  add(connection: SseConnection, credentials: Credentials): void;
  remove(connection: SseConnection): void;
  readonly size: number;
  stopping(): boolean;
  /** Ends every stream; their subscribers reconnect, to another gateway if there is one. */
  endAll(): void;
};

export type OpenStreamsOptions = {
  readonly authenticate: Authenticate;
  readonly feed: Pick<Feed, 'position'>;
  readonly log: Log;
  /** Time between two looks at the credentials; a stream gets a keep-alive every 15 of them. Default 1,000 ms. */
  readonly tickMs?: number;
};

/** Ticks between two keep-alives of one stream. The streams take turns, so that no tick has to serve them all. */
const keepAliveTicks = 15;

/** Keeps open streams alive, and ends those whose key was revoked or whose session is over, within about a second. */
export function createOpenStreams({
  authenticate,
  feed,
  log,
  tickMs = 1_000,
}: OpenStreamsOptions): OpenStreams {
  const open = new Map<SseConnection, { credentials: Credentials; turn: Set<SseConnection> }>();
  const turns = Array.from({ length: keepAliveTicks }, () => new Set<SseConnection>());
  let tick = 0;
  let added = 0;
  let stopping = false;
  let checking: Promise<void> | undefined;

  function keepAlive(): void {
    const position = feed.position();
    if (position === undefined) return;
    const bytes = encodeKeepAlive(position);
    for (const connection of turns[tick % keepAliveTicks] ?? []) connection.write(bytes);
  }

  async function isRefused({ authorization, cookie }: Credentials): Promise<boolean> {
    try {
      return !(await authenticate(authorization, cookie)).ok;
    } catch (error) {
      // PostgreSQL is away: streams go on, as for requests under credentials that were good a moment ago.
      log.debug('credentials of open streams not checked', { error });
      return false;
    }
  }

  async function endRefused(): Promise<void> {
    const byCredentials = Map.groupBy(open, ([, { credentials }]) => JSON.stringify(credentials));
    for (const streams of byCredentials.values()) {
      const credentials = streams[0]?.[1].credentials;
      if (credentials === undefined || !(await isRefused(credentials))) continue;
      for (const [connection] of streams) connection.end('revoked');
    }
  }

  const timer = setInterval(() => {
    tick += 1;
    keepAlive();
    checking ??= endRefused().finally(() => (checking = undefined));
  }, tickMs);

  return {
    add(connection, credentials) {
      const turn = turns[added % keepAliveTicks] ?? new Set();
      turn.add(connection);
      open.set(connection, { credentials, turn });
      added += 1;
    },
    remove(connection) {
      open.get(connection)?.turn.delete(connection);
      open.delete(connection);
    },
    get size() {
      return open.size;
    },
    stopping: () => stopping,
    endAll() {
      stopping = true;
      for (const connection of [...open.keys()]) connection.end('stopping');
    },
    async close() {
      clearInterval(timer);
      await checking;
    },
  };
}
