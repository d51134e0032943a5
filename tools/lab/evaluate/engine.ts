import type { BiometricEvent, Severity } from '@bridge/contracts';

/** What the yardstick sees of an alert signal. */
export type EngineAlert = {
  /** The episode: the same while it fires and when it is resolved. */
  readonly alert_id: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly status: 'firing' | 'unconfirmed' | 'resolved';
  /** RFC 3339. */
  readonly at: string;
};

export type EngineOutput = {
  readonly alerts: readonly EngineAlert[];
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
