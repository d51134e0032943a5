export type ProofOptions = {
  /** Events, requests or whatever the proof counts; each proof has its own default. */
  readonly size?: number;
  /** Seconds of load, for proofs that are measured by time. */
  readonly seconds?: number;
  /** Same seed, same load and same faults. */
  readonly seed: number;
  /** At most 20 s of load. */
  readonly short: boolean;
  readonly print: (line: string) => void;
};

export type ProofResult = {
  readonly figures: Readonly<Record<string, number | string>>;
  /** Empty: proved. Each says what is wrong, with ids only. */
  readonly failures: readonly string[];
};

export type Proof = (options: ProofOptions) => Promise<ProofResult>;

/** `.local/proofs/<name>.json`: the last run, and `<name>-seed-<n>.json`: the last one of each seed. */
export type ProofReport = ProofResult & {
  readonly name: string;
  readonly seed: number;
  readonly short: boolean;
  /** It was asked for another size or time than the proof's own. */
  readonly shortened?: boolean;
  readonly commit: string;
  readonly cores: number;
  /** RFC 3339, UTC. */
  readonly started: string;
  /** How long all of it took. */
  readonly seconds: number;
};
