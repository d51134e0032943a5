// Decides a person's stored events again under other rules and shows the differences.
// Other rules change when ticks are due, so ticks are computed again.
import type { BiometricEvent, ModeTransition } from '@bridge/contracts';
import { decide, evolve, type Decision } from './decide.ts';
import { collectKnown } from './known-events.ts';
import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { signalsOf } from './signals.ts';

export type SwitchLine = Pick<ModeTransition, 'at' | 'from' | 'to' | 'reason'>;

/** A person's stored events from a state on. */
export type PersonHistory = {
  readonly userId: string;
  readonly start: PersonState;
  /** Events that were decided on before. */
  readonly earlier: readonly BiometricEvent[];
  /** In the order of their decisions. */
  readonly events: readonly BiometricEvent[];
};

/**
 * Decides a person's events, and the time since, by these rules.
 * @param until In ms since 1970: ticks that are due by then are decided too.
 */
export function replayHistory(
  rules: RuleSet,
  { userId, start, earlier, events }: PersonHistory,
  until: number,
  onDecision: (decision: Decision) => void,
): void {
  const known = collectKnown(earlier);
  let state = start;
  const take = (decisions: readonly Decision[]) => {
    decisions.forEach(onDecision);
    state = evolve(state, decisions);
  };
  for (const event of events) {
    take(decide(state, { kind: 'event', event, signals: signalsOf(event, rules), known }, rules));
    known.add(event);
  }
  take(decide(state, { kind: 'tick', userId, due: until }, rules));
}

/** Compares two lists of switches, one line each: `=` in both, `-` only before, `+` only under the other rules. */
export function compareSwitches(was: readonly SwitchLine[], would: readonly SwitchLine[]): string[] {
  const describe = ({ at, from, to, reason }: SwitchLine) =>
    `${at}  ${from ?? 'no mode'} → ${to} (${reason})`;
  const [before, after] = [was.map(describe), would.map(describe)];
  const lines = [
    ...before.map((line) => ({ line, mark: after.includes(line) ? '=' : '-' })),
    ...after.flatMap((line) => (before.includes(line) ? [] : [{ line, mark: '+' }])),
  ];
  return lines.sort((a, b) => (a.line < b.line ? -1 : 1)).map(({ line, mark }) => `${mark} ${line}`);
}
