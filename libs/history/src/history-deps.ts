import type { RuleSet } from '@bridge/mode-policy';
import type { Query } from '@bridge/postgres';
import type { Digesting } from './start-digesting.ts';

export type HistoryDeps = {
  readonly query: Query;
  readonly digesting: Pick<Digesting, 'digest'>;
  /** The present rules: they say how usual values are computed, and hold the sentences. */
  readonly rules: () => RuleSet;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};
