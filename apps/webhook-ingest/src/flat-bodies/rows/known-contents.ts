import { hash } from 'node:crypto';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
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
/** A command costs more than its entries, so those of so long go together. */
const togetherMs = 20;
/** Ids of one question from which the process is busy, and how long it then rests before the next. */
const busyFrom = 4;
const restMs = 3;

/** An entry that is there stays. */
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
  // Secret, so that nobody can hash guesses, and derived once: a keyed hash of each event would cost three times as much.
  // No person's id begins with a line break.
  const secret = vault.userIndex('\ncontents of events').toString('base64url');
  const noteOf = ({ event_id, provenance }: BiometricEvent) =>
    hash('sha256', `${secret}\n${event_id}\n${provenance.content_hash}`, 'base64url').slice(0, 22);

  const ask = asOne<string, string | null>((ids) =>
    askRedis(() => redis.run((client) => client.mget(ids.map(keyOf)))),
  );
  /** Notes by event id that Redis does not have yet. */
  const unsent = new Map<string, string>();
  let sending: NodeJS.Timeout | undefined;

  async function send(): Promise<void> {
    const entries = [...unsent];
    const keys = entries.map(([id]) => keyOf(id));
    const notes = entries.map(([, note]) => note);
    const set = () => redis.run((client) => client.eval(setAll, keys.length, ...keys, keepSeconds, ...notes));
    // Nobody waits for it: what is not remembered is stored again, under the same id.
    await askRedis(set).catch(() => undefined);
    for (const [id] of entries) unsent.delete(id);
    sending = unsent.size > 0 ? setTimeout(() => void send(), togetherMs).unref() : undefined;
  }

  return {
    noteOf,
    async find(eventIds) {
      const notes = await Promise.all(eventIds.map(async (id) => unsent.get(id) ?? (await ask(id)))).catch(
        () => [],
      );
      return new Map(eventIds.flatMap((id, index) => (notes[index] == null ? [] : [[id, notes[index]]])));
    },
    remember(events) {
      for (const event of events) if (!unsent.has(event.event_id)) unsent.set(event.event_id, noteOf(event));
      sending ??= setTimeout(() => void send(), togetherMs).unref();
    },
  };
}

const keyOf = (eventId: string) => `ingest:content:${eventId}`;

/**
 * Asks at once for everything that is wanted in one turn of the event loop, or while an answer is awaited. A busy process
 * waits a little longer, since each command costs it more than the wait costs a request.
 */
function asOne<In, Out>(ask: (wanted: readonly In[]) => Promise<readonly Out[]>) {
  let wanted: In[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<readonly Out[]> | undefined;
  return async function one(item: In): Promise<Out | undefined> {
    const index = wanted.push(item) - 1;
    next ??= last.then(setImmediate).then(() => {
      const all = wanted;
      wanted = [];
      next = undefined;
      const answer = ask(all);
      const rest = all.length >= busyFrom ? sleep(restMs) : undefined;
      last = answer.then(() => rest).catch(() => undefined);
      return answer;
    });
    return (await next)[index];
  };
}
