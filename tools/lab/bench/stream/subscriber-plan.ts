/** What the subscribers, a separate process, do. */
export type SubscriberPlan = {
  readonly port: number;
  readonly key: string;
  readonly prefix: string;
  readonly persons: number;
  /** Spread evenly over the persons. */
  readonly subscribers: number;
  /** These follow everyone. */
  readonly followAll: number;
  /** These follow everyone too, and never read. */
  readonly stalled: number;
  /** Where the receipts go: pairs of the event's number and the time of receipt, as 64-bit floats. */
  readonly file: string;
};

/** From the subscribers: all of them have their snapshot; or the file is complete. */
export type SubscriberReport =
  { readonly kind: 'following' } | { readonly kind: 'written'; readonly frames: number };

/** Milliseconds on a clock that all processes share. */
export const sharedNow = () => performance.timeOrigin + performance.now();
