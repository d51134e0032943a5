import type { Credentials, Principal } from '@bridge/auth';
import { type Closeable } from '@bridge/core';
import { type Feed } from '../domain/feed.ts';
import { encodeKeepAlive } from '../domain/sse-frame.ts';
import { createEndRefused, type RefusalChecks } from './end-refused.ts';
import { type SseConnection } from './sse-connection.ts';
import { createGroups } from './stream-groups.ts';

/** Who opened a stream, and about whom it is. */
export type StreamOwner = {
  readonly credentials: Credentials;
  readonly principal: Principal;
  /** The network that counts as one client. */
  readonly address: string;
  /** The persons that are followed, as far as they are known. */
  readonly subjectIds: readonly string[];
};

export type OpenStreams = Closeable & {
  add(connection: SseConnection, owner: StreamOwner): void;
  remove(connection: SseConnection): void;
  readonly size: number;
  /** Why no further stream may be opened by this key or from this address. */
  refusal(owner: Pick<StreamOwner, 'principal' | 'address'>): 'key' | 'address' | 'full' | undefined;
  stopping(): boolean;
  /** Ends every stream; their subscribers reconnect, to another gateway if there is one. */
  endAll(): void;
};

export type OpenStreamsLimits = {
  /** Of this process. */
  readonly maxSubscribers: number;
  readonly perKey: number;
  readonly perAddress: number;
  /** How long a subscriber may take nothing although something waits, in milliseconds. */
  readonly stallMs: number;
};

export type OpenStreamsOptions = RefusalChecks & {
  readonly feed: Pick<Feed, 'position'>;
  readonly limits: OpenStreamsLimits;
  readonly random: () => number;
  /** Time between two looks at the credentials, in milliseconds. */
  readonly tickMs: number;
};

const keepAliveMs = 15_000;
/** On a stop, reconnections are spread over a second per thousand streams, up to 15 s. */
const retry = { leastMs: 500, perStreamMs: 1, mostMs: 15_000 };

/**
 * Keeps open streams alive, and ends those whose key was revoked, whose session is over or whose person was erased, within a
 * second, and those whose subscriber takes nothing.
 */
export function createOpenStreams(options: OpenStreamsOptions): OpenStreams {
  const { feed, limits, random, tickMs } = options;
  const open = new Map<SseConnection, StreamOwner & { readonly turn: Set<SseConnection> }>();
  const byCredentials = createGroups();
  const byKey = createGroups();
  const byAddress = createGroups();
  const bySubject = createGroups();
  // The streams take turns, so that no tick has to keep all of them alive.
  const turns = Array.from(
    { length: Math.max(1, Math.round(keepAliveMs / tickMs)) },
    () => new Set<SseConnection>(),
  );
  const ticksPerSecond = Math.max(1, Math.round(1_000 / tickMs));
  const checkTicks = Math.ceil(ticksPerSecond / 2);
  let [tick, added, stopping] = [0, 0, false];
  let checking: Promise<void> | undefined;

  function keepAlive(): void {
    const id = feed.position()?.id;
    if (id === undefined) return;
    const alive = { withId: encodeKeepAlive(id) };
    for (const connection of turns[tick % turns.length] ?? []) connection.keepAlive(alive);
  }

  function endStalled(): void {
    const since = performance.now() - limits.stallMs;
    for (const connection of [...open.keys()]) {
      if ((connection.stalledSince ?? Infinity) < since) connection.end('slow');
    }
  }

  const endRefused = createEndRefused(options, {
    byCredentials,
    bySubject,
    credentialsOf: (connection) => open.get(connection)?.credentials,
  });
  const timer = setInterval(() => {
    tick += 1;
    keepAlive();
    if (tick % ticksPerSecond === 0) endStalled();
    // Twice a second is often enough to end a stream within one.
    if (tick % checkTicks === 0) checking ??= endRefused().finally(() => (checking = undefined));
  }, tickMs);

  return {
    add(connection, owner) {
      const turn = turns[added % turns.length] ?? new Set();
      added += 1;
      turn.add(connection);
      open.set(connection, { ...owner, turn });
      byCredentials.add(JSON.stringify(owner.credentials), connection);
      byKey.add(owner.principal.keyId, connection);
      byAddress.add(owner.address, connection);
      for (const subjectId of owner.subjectIds) bySubject.add(subjectId, connection);
    },
    remove(connection) {
      const owner = open.get(connection);
      if (owner === undefined) return;
      open.delete(connection);
      owner.turn.delete(connection);
      byCredentials.remove(JSON.stringify(owner.credentials), connection);
      byKey.remove(owner.principal.keyId, connection);
      byAddress.remove(owner.address, connection);
      for (const subjectId of owner.subjectIds) bySubject.remove(subjectId, connection);
    },
    get size() {
      return open.size;
    },
    refusal({ principal, address }) {
      if (open.size >= limits.maxSubscribers) return 'full';
      if (byKey.of(principal.keyId).size >= limits.perKey) return 'key';
      return byAddress.of(address).size >= limits.perAddress ? 'address' : undefined;
    },
    stopping: () => stopping,
    endAll() {
      stopping = true;
      const { leastMs, perStreamMs, mostMs } = retry;
      const spreadMs = Math.min(mostMs, leastMs + open.size * perStreamMs);
      for (const connection of [...open.keys()]) connection.end('stopping', leastMs + random() * spreadMs);
    },
    async close() {
      clearInterval(timer);
      await checking;
    },
  };
}
