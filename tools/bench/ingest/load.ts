/** What the load generator, a process of its own, is asked for. */
export type Load = {
  readonly port: number;
  readonly path: string;
  readonly authorization: string;
  /** At most so many requests are under way, each on a connection of its own. */
  readonly connections: number;
  /** User and event ids begin with it. */
  readonly prefix: string;
  readonly rhythm: Rhythm;
};

/** As fast as answers come, or at an even pace whatever the answers. */
export type Rhythm = { readonly requests: number } | { readonly perSecond: number; readonly seconds: number };

/** What came of it. Times in milliseconds; at an even pace from when the request was due. */
export type LoadResult = {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 202, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** Processor seconds of the generator itself per 1,000 requests. */
  readonly cpuPerThousand: number;
};
