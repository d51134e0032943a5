import type { Log } from '@bridge/core';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import type { Configuration } from './domain/configuration-snapshot.ts';
import { createLoadConfiguration, type ConfigurationSources } from './load-configuration.ts';
import { readRevision } from './rows/revision-rows.ts';

/** So long a process may not notice that another one changed something. */
const checkEveryMs = 250;

/** The configuration as this process knows it. `current` and `latest` throw while the database cannot be reached. */
export type ConfigurationReader = {
  /** As it was last read; undefined before the first time. */
  held(): Configuration | undefined;
  /** Cached; at most 250 ms behind the database. */
  current(): Promise<Configuration>;
  /**
   * As the database has it now. A planner asks after it has claimed a person: a change that came before the claim is seen, and
   * one that comes later makes the person due again.
   */
  latest(): Promise<Configuration>;
  /** This process changed something: `current` asks the database. */
  forget(): void;
};

export function createConfiguration(
  deps: ConfigurationSources & {
    readonly query: Query;
    readonly vault: Vault;
    readonly noteUnreadable: NoteUnreadable;
    readonly now: () => number;
    readonly log: Log;
  },
): ConfigurationReader {
  const { query, now } = deps;
  const load = createLoadConfiguration(deps);
  let held: Configuration | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<unknown> = Promise.resolve();
  let checking: Promise<Configuration> | undefined;

  /** One load after another: they share the caches of silences and groups. */
  function reload(revision: number): Promise<Configuration> {
    const next = loading.then(async () => {
      if (held?.revision !== revision) held = await load();
      return held;
    });
    // A failed load is its caller's to report; the next one tries again.
    loading = next.catch(() => undefined);
    return next;
  }

  async function latest(): Promise<Configuration> {
    const askedAt = now();
    const revision = await readRevision(query);
    const configuration = held?.revision === revision ? held : await reload(revision);
    checkedAt = askedAt;
    return configuration;
  }

  return {
    held: () => held,
    latest,
    forget() {
      checkedAt = Number.NEGATIVE_INFINITY;
    },
    async current() {
      // A clock that was set back must not keep the check away.
      if (held !== undefined && Math.abs(now() - checkedAt) < checkEveryMs) return held;
      checking ??= latest().finally(() => (checking = undefined));
      return checking;
    },
  };
}
