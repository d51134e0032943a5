import type { Context, Motion, Statistic } from '@bridge/contracts';

/** One value of a series whose points have no id of their own. */
export type SeriesPoint = {
  /** A name of the metric dictionary. */
  readonly metric: string;
  /** Hash of the device's name; names of devices are names of people. */
  readonly device?: string;
  /** RFC 3339 with the person's own offset; absent for one measurement at `end`. */
  readonly start?: string;
  readonly end: string;
  /** In the payload's own unit. */
  readonly value: number;
  readonly unit: string;
  readonly context?: Context;
  /** What follows from metric and device. It is added to the event, and no part of what is known of the point. */
  readonly derivedContext?: Context;
  readonly statistic?: Statistic;
  /** As the device reports it; no part of the point's identity. */
  readonly motion?: Motion;
  /** The point as it came. */
  readonly raw: unknown;
};
