import type { CountableAlert } from '@bridge/cli/alert-tally';
import type { BiometricEvent } from '@bridge/contracts';

export type EngineOutput = {
  readonly alerts: readonly CountableAlert[];
  /** How often the mode switched. */
  readonly transitions: number;
};

/** One person's decisions, purely in memory. */
export type Engine = {
  readonly decide: (event: BiometricEvent) => EngineOutput;
  /** Everything that falls due by then, in ms since 1970. */
  readonly tick: (nowMs: number) => EngineOutput;
};

export type CreateEngine = (userId: string) => Engine;

/** What an engine's module exports. */
export type EngineModule = {
  /** @param config Path of the thresholds. */
  readonly loadEngine: (config: string) => Promise<CreateEngine>;
};
