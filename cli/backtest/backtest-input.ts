import type { BiometricEvent, DropReason } from '@bridge/contracts';
import type { KnownEvents } from '@bridge/mode-policy';

/** A field of a line that cannot be taken. */
export type LineFault = { readonly field: string; readonly message: string };

/** What a line means. */
export type LineOutcome =
  | { readonly kind: 'events'; readonly events: readonly BiometricEvent[] }
  | { readonly kind: 'drop'; readonly reason: DropReason | 'duplicate' }
  | { readonly kind: 'refused'; readonly fault: LineFault };

/** A file of events, in order of arrival per person. */
export type BacktestInput = {
  readonly outcomes: () => Iterable<{ readonly line: number; readonly outcome: LineOutcome }>;
  /** Earlier events of a person, as far as a decision needs them. */
  readonly knownOf: (userId: string) => KnownEvents;
  readonly close: () => void;
};

export function refused(field: string, message: string): LineOutcome {
  return { kind: 'refused', fault: { field, message } };
}
