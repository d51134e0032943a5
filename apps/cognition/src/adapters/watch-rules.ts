import { unwatchFile, watchFile } from 'node:fs';
import { retryVerdict, type Closeable, type Log } from '@bridge/core';
import { Counter, type Registry } from 'prom-client';
import { loadRuleFile, type RuleFile, type ActiveRules } from '@bridge/decision-store';

export type RuleSource = Closeable & {
  /** The rules that the next batch is decided by. */
  readonly current: () => ActiveRules;
  /** Reads the file again; a bad one is refused and the old rules stay. A good one is tried until it is kept. */
  readonly reload: () => Promise<void>;
};

export type WatchOptions = {
  readonly path: string;
  /** Stores rules under their hash before anything is decided by them. */
  readonly keep: (file: RuleFile) => Promise<ActiveRules>;
  readonly metrics: Registry;
  readonly log: Log;
  /** Milliseconds between two looks at the file. Default 1,000: a mounted file does not always announce its changes. */
  readonly everyMs?: number;
};

/** Loads the rules, throws if they are bad, and follows the file from then on. */
export async function watchRules({
  path,
  keep,
  metrics,
  log,
  everyMs = 1_000,
}: WatchOptions): Promise<RuleSource> {
  const reloads = new Counter({
    name: 'neuros_config_reloads_total',
    help: 'Rule files that were read again, by whether they were taken.',
    labelNames: ['result'],
    registers: [metrics],
  });
  let active = await keep(await loadRuleFile(path));
  log.info('rules loaded', { rule_set: active.rules.hash });

  let closed = false;
  let again: NodeJS.Timeout | undefined;
  /** The hash of good rules that could not be kept yet. */
  let waiting: string | undefined;

  async function reload(): Promise<void> {
    clearTimeout(again);
    const file = await readRules();
    if (file === undefined || file.rules.contentHash === active.rules.contentHash) waiting = undefined;
    else await take(file);
  }

  async function readRules(): Promise<RuleFile | undefined> {
    try {
      return await loadRuleFile(path);
    } catch (error) {
      reloads.inc({ result: 'refused' });
      log.error('the changed rules are refused; the old ones stay', { error });
      return undefined;
    }
  }

  /** A good file that cannot be kept is no bad file: it is read and kept again until it is taken or changes. */
  async function take(file: RuleFile): Promise<void> {
    try {
      active = await keep(file);
      waiting = undefined;
      reloads.inc({ result: 'taken' });
      log.info('rules changed', { rule_set: active.rules.hash });
    } catch (error) {
      const { hash } = file.rules;
      const line = { rule_set: hash, error };
      if (waiting === hash) log.debug('the changed rules could not be kept yet', line);
      else if (retryVerdict(error) === 'permanent') log.error('the changed rules could not be kept', line);
      else log.warn('the changed rules could not be kept yet; the old ones stay until then', line);
      if (waiting !== hash) reloads.inc({ result: 'delayed' });
      waiting = hash;
      if (!closed) again = setTimeout(() => void next(), everyMs).unref();
    }
  }

  // One at a time: two quick changes must not end with the older one.
  let reloading = Promise.resolve();
  const next = () => (reloading = reloading.then(reload));
  const onChange = () => void next();
  watchFile(path, { interval: everyMs, persistent: false }, onChange);
  return {
    current: () => active,
    reload: next,
    close: async () => {
      closed = true;
      unwatchFile(path, onChange);
      clearTimeout(again);
      await reloading;
    },
  };
}
