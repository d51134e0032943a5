import type { SseConnection } from './sse-connection.ts';

export type StreamGroups = ReturnType<typeof createGroups>;

/** Streams by something that several have in common. */
export function createGroups() {
  const groups = new Map<string, Set<SseConnection>>();
  const none: ReadonlySet<SseConnection> = new Set();
  return {
    all: () => groups.values(),
    keys: () => groups.keys(),
    of: (key: string) => groups.get(key) ?? none,
    add(key: string, connection: SseConnection) {
      const group = groups.get(key);
      if (group) group.add(connection);
      else groups.set(key, new Set([connection]));
    },
    remove(key: string, connection: SseConnection) {
      const group = groups.get(key);
      group?.delete(connection);
      if (group?.size === 0) groups.delete(key);
    },
  };
}
