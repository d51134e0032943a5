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
