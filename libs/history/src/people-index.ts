import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';

/** The ids of everybody, in memory, since they are sealed in the tables: finds parts of them and sorts by them. */
export type PeopleIndex = {
  /** Undefined: there are too many people for it. */
  readonly load: () => Promise<LoadedPeople | undefined>;
};

export type LoadedPeople = {
  /** By user id. */
  readonly sorted: readonly IndexEntry[];
  /** Whose user id contains the text, in any case. */
  readonly matching: (text: string) => string[];
};

export type IndexEntry = { readonly subjectId: string; readonly userId: string; readonly folded: string };

type Deps = {
  readonly query: Query;
  readonly vault: Pick<Vault, 'byId'>;
  /** Beyond so many people only whole ids are found. Default 50,000. */
  readonly limit?: number;
  /** How old the index may be, in milliseconds. Default 5,000. */
  readonly maxAgeMs?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Keys that are unwrapped between two turns of the event loop, 25 µs each. */
const unsealedAtOnce = 200;

export function createPeopleIndex({
  query,
  vault,
  limit = 50_000,
  maxAgeMs = 5_000,
  now,
}: Deps): PeopleIndex {
  let known = new Map<string, IndexEntry>();
  let loaded: LoadedPeople | undefined;
  let loadedAt = -Infinity;
  let stamp = '';
  let loading: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    const started = now();
    const found = await stampOf(query);
    if (found === stamp) {
      loadedAt = started;
      return;
    }
    const ids = await query<{ id: string }>(
      'select subject_id id from keys.subjects where erased_at is null limit $1',
      [limit + 1],
    );
    const isSmall = ids.length <= limit;
    const next = new Map<string, IndexEntry>();
    const missing: string[] = [];
    for (const { id } of isSmall ? ids : []) {
      const entry = known.get(id);
      if (entry === undefined) missing.push(id);
      else next.set(id, entry);
    }
    for (let at = 0; at < missing.length; at += unsealedAtOnce) {
      const part = missing.slice(at, at + unsealedAtOnce);
      for (const [subjectId, subject] of await vault.byId(part)) {
        if (subject.erased) continue;
        const { userId } = subject;
        next.set(subjectId, { subjectId, userId, folded: fold(userId) });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    known = next;
    loaded = isSmall ? loadedFrom(next) : undefined;
    stamp = found;
    loadedAt = started;
  }

  return {
    load: async () => {
      if (now() - loadedAt > maxAgeMs) {
        loading ??= refresh().finally(() => {
          loading = undefined;
        });
        await loading;
      }
      return loaded;
    },
  };
}

/** Changes with every person who is added or erased. */
async function stampOf(query: Query): Promise<string> {
  const [row] = await query<{ stamp: string }>(
    `select concat_ws(' ', count(*) filter (where erased_at is null), max(created_at), max(erased_at)) stamp
       from keys.subjects`,
  );
  return row?.stamp ?? '';
}

function loadedFrom(entries: ReadonlyMap<string, IndexEntry>): LoadedPeople {
  const sorted = [...entries.values()].sort((a, b) => (a.userId < b.userId ? -1 : 1));
  return {
    sorted,
    matching: (text) => {
      const wanted = fold(text);
      return sorted.flatMap(({ subjectId, folded }) => (folded.includes(wanted) ? [subjectId] : []));
    },
  };
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
