import type { BiometricEvent } from '@bridge/contracts';
import type { Redis } from '@bridge/redis';
import type { Policies } from '@bridge/resilience';
import type { Vault } from '@bridge/vault';
import type { KnownContents } from '../accept-once.ts';

type Deps = {
  readonly redis: Redis;
  readonly policies: Policies;
  readonly vault: Pick<Vault, 'userIndex'>;
};

/** Senders try again for two days at most. */
const keepSeconds = 48 * 3_600;

/** One command for all requests of a moment; an entry that is there stays. */
const setAll = `for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1], 'EX', ARGV[1], 'NX') end`;

/**
 * Event ids with their contents, in Redis for 48 hours. While Redis cannot be asked nothing is known: its component and its
 * breaker report it, and consumers drop the same id again. A content is noted by a keyed hash, since a plain one of a value
 * and a time could be guessed.
 */
export function createKnownContents({ redis, policies, vault }: Deps): KnownContents {
  const askRedis = policies.call('known-contents', {
    timeoutMs: 500,
    breaker: { failures: 2, openMs: 2_000 },
  });
  const noteOf = ({ event_id, provenance }: BiometricEvent) =>
    vault.userIndex(`content\n${event_id}\n${provenance.content_hash}`).subarray(0, 16).toString('base64url');

  const find = together<string, string | null>((ids) =>
    askRedis(() => redis.run((client) => client.mget(ids.map(keyOf)))),
  );
  const store = together<BiometricEvent, unknown>(async (events) => {
    const keys = events.map(({ event_id }) => keyOf(event_id));
    const set = () =>
      redis.run((client) => client.eval(setAll, keys.length, ...keys, keepSeconds, ...events.map(noteOf)));
    await askRedis(set);
    return [];
  });

  return {
    noteOf,
    async find(eventIds) {
      const notes = await Promise.all(eventIds.map(find)).catch(() => []);
      return new Map(eventIds.flatMap((id, index) => (notes[index] == null ? [] : [[id, notes[index]]])));
    },
    remember(events) {
      // Nobody waits for it: what is not remembered is stored again, under the same id.
      for (const event of events) store(event).catch(() => undefined);
    },
  };
}

const keyOf = (eventId: string) => `ingest:content:${eventId}`;

/** Asks for everything that is wanted in one turn of the event loop at once. */
function together<In, Out>(ask: (wanted: readonly In[]) => Promise<readonly Out[]>) {
  let wanted: In[] = [];
  let asking: Promise<readonly Out[]> | undefined;
  return async function one(item: In): Promise<Out | undefined> {
    const index = wanted.push(item) - 1;
    asking ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        const all = wanted;
        wanted = [];
        asking = undefined;
        ask(all).then(resolve, reject);
      });
    });
    return (await asking)[index];
  };
}
