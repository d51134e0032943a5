import type { Problem } from '@bridge/contracts';

export const lossReasons = ['missing', 'not_measured', 'unreadable', 'implausible'] as const;

/** A field that its document gives without costing it more: the rest is published. */
export type LostField = Problem & {
  /**
   * `missing`: promised and absent. `not_measured`: a zero where the metric knows none. The others are faults, which
   * operators see in quarantine.
   */
  readonly why: (typeof lossReasons)[number];
};

/** What operators should see: the field held something that cannot be. */
export function isFaulty({ why }: LostField): boolean {
  return why === 'unreadable' || why === 'implausible';
}
