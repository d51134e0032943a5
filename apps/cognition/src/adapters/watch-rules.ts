import { retryVerdict, type Closeable, type Log } from '@bridge/core';
import { Counter, type Registry } from 'prom-client';
import { loadRuleFile, ruleFileStamp, type RuleFile, type ActiveRules } from '@bridge/decision-store';

export type RuleSource = Closeable & {
  /** The rules that the next batch is decided by. */
  readonly current: () => ActiveRules;
  /** Reads the files again; bad ones are refused and the old rules stay. Good ones are tried until they are kept. */
  readonly reload: () => Promise<void>;
};

export type WatchOptions = {
  readonly path: string;
  /** Stores rules under their hash before anything is decided by them. */
  readonly keep: (file: RuleFile) => Promise<ActiveRules>;
  readonly metrics: Registry;
  readonly log: Log;
  /** Milliseconds between two looks at the files. Default 1,000: a mounted file does not always announce its changes. */
  readonly everyMs?: number;
};

/** Loads the rules, throws if they are bad, and follows their file and the texts beside it from then on. */
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
  // Before they are read: what changes in between is read again.
  let seen = await ruleFileStamp(path);
  let active = await keep(await loadRuleFile(path));
  log.info('rules loaded', { rule_set: active.rules.hash });

  let closed = false;
  let again: NodeJS.Timeout | undefined;
  /** The content hash of good rules that could not be kept yet. */
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
      const { hash, contentHash } = file.rules;
      const line = { rule_set: hash, error };
      if (waiting === contentHash) log.debug('the changed rules could not be kept yet', line);
      else if (retryVerdict(error) === 'permanent') log.error('the changed rules could not be kept', line);
      else log.warn('the changed rules could not be kept yet; the old ones stay until then', line);
      if (waiting !== contentHash) reloads.inc({ result: 'delayed' });
      waiting = contentHash;
      if (!closed) again = setTimeout(() => void next(), everyMs).unref();
    }
  }

  // One at a time: two quick changes must not end with the older one.
  let reloading = Promise.resolve();
  const next = () => (reloading = reloading.then(reload));
  async function look(): Promise<void> {
    const stamp = await ruleFileStamp(path);
    if (closed || stamp === seen) return;
    seen = stamp;
    await next();
  }
  const looking = setInterval(() => void look(), everyMs).unref();
  return {
    current: () => active,
    reload: next,
    close: async () => {
      closed = true;
      clearInterval(looking);
      clearTimeout(again);
      await reloading;
    },
  };
}
