import type { Mode } from '@bridge/contracts';
import type { Signal } from './signals.ts';

/** What is remembered of one person. Bounded: one signal per metric and context, one open alert. */
export type PersonState = {
  /** null until the first decision. */
  readonly mode: Mode | null;
  /** Decisions so far; each accepted event is one. */
  readonly seq: number;
  /** The latest «now» of a decision, in milliseconds since 1970; it never goes back. */
  readonly now: number;
  /** The newest signal that was decided on, by `metric/context`. */
  readonly newest: Readonly<Record<string, Signal>>;
  /** Rules that fired and still hold. */
  readonly holding: readonly string[];
  /** The alert that the present mode raised. */
  readonly alert: { readonly id: string; readonly kind: string } | null;
};

export const initial: PersonState = { mode: null, seq: 0, now: 0, newest: {}, holding: [], alert: null };

export function laneOf({ metric, context }: Signal): string {
  return `${metric}/${context}`;
}
