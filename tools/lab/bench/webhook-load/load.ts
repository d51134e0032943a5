/** The load that the generator, a separate process, sends. */
export type Load = {
  readonly port: number;
  readonly deliveries: Deliveries;
  /** At most so many requests are under way, each on a connection of its own. */
  readonly connections: number;
  readonly rhythm: Rhythm;
};

/** The kind of requests. Every request is new, and all ids begin with `prefix`. */
export type Deliveries =
  | { readonly kind: 'flat'; readonly prefix: string; readonly authorization: string }
  /** Notices signed as Oura signs, in turn of `<userPrefix>0` to `<userPrefix><users - 1>`. */
  | {
      readonly kind: 'oura';
      readonly prefix: string;
      readonly secret: string;
      readonly userPrefix: string;
      readonly users: number;
    };

/** As fast as the answers arrive, or at an even pace regardless of them. */
export type Rhythm = { readonly requests: number } | { readonly perSecond: number; readonly seconds: number };

/** The result. Times are in milliseconds, and at an even pace from the time at which the request was due. */
export type LoadResult = {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Other answers than the one that means durable, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** Processor seconds of the generator itself per 1,000 requests. */
  readonly cpuPerThousand: number;
};
