import { unwatchFile, watchFile } from 'node:fs';
import type { Closeable, Log } from '@bridge/handler';
import { Counter, type Registry } from 'prom-client';
import type { RuleSet } from '../domain/rule-set.ts';
import { loadRuleFile, type RuleFile } from './rule-file.ts';

export type RuleSource = Closeable & {
  /** The rules that the next batch is decided by. */
  readonly current: () => RuleSet;
  /** Reads the file again; a bad one is refused and the old rules stay. */
  readonly reload: () => Promise<void>;
};

export type WatchOptions = {
  readonly path: string;
  /** Stores rules under their hash before anything is decided by them. */
  readonly keep: (file: RuleFile) => Promise<void>;
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
  const first = await loadRuleFile(path);
  await keep(first);
  let { rules } = first;
  log.info('rules loaded', { rule_set: rules.hash });

  async function reload(): Promise<void> {
    try {
      const file = await loadRuleFile(path);
      if (file.rules.hash === rules.hash) return;
      await keep(file);
      rules = file.rules;
      reloads.inc({ result: 'taken' });
      log.info('rules changed', { rule_set: rules.hash });
    } catch (error) {
      reloads.inc({ result: 'refused' });
      log.error('the changed rules are refused; the old ones stay', { error });
    }
  }

  // One at a time: two quick changes must not end with the older one.
  let reloading = Promise.resolve();
  const next = () => (reloading = reloading.then(reload));
  const onChange = () => void next();
  watchFile(path, { interval: everyMs, persistent: false }, onChange);
  return {
    current: () => rules,
    reload: next,
    close: async () => {
      unwatchFile(path, onChange);
      await reloading;
    },
  };
}
