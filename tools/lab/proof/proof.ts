export type ProofOptions = {
  /** The number of events or requests. Each proof has its own default. */
  readonly size?: number;
  /** Seconds of load, for proofs that run for a time. */
  readonly seconds?: number;
  /** The same seed repeats the same load and faults. */
  readonly seed: number;
  /** At most 20 s of load. */
  readonly short: boolean;
  readonly print: (line: string) => void;
};

export type ProofResult = {
  readonly figures: Readonly<Record<string, number | string>>;
  /** Empty if proved. Each failure names ids only. */
  readonly failures: readonly string[];
};

export type Proof = (options: ProofOptions) => Promise<ProofResult>;

/** `.local/proofs/<name>.json` holds the last run, `<name>-seed-<n>.json` the last run of each seed. */
export type ProofReport = ProofResult & {
  readonly name: string;
  readonly seed: number;
  readonly short: boolean;
  /** Whether a smaller size or time than the default was requested. */
  readonly shortened?: boolean;
  readonly commit: string;
  readonly cores: number;
  /** RFC 3339, UTC. */
  readonly started: string;
  /** Duration of the whole proof. */
  readonly seconds: number;
};
