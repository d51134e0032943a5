// Decides a person's stored events again under other rules and shows the differences.
// Other rules change when ticks are due, so ticks are computed again.
import type { BiometricEvent, ModeTransition } from '@bridge/contracts';
import { decide, evolve, type Decision } from './decide.ts';
import { collectKnown } from './known-events.ts';
import { initialState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { signalsOf } from './signals.ts';

export type SwitchLine = Pick<ModeTransition, 'at' | 'from' | 'to' | 'reason'>;

/**
 * The switches that these rules make for a person's events and for the time since, in the order of their decisions.
 * @param until In ms since 1970: ticks that are due by then are decided too.
 */
export function switchesBy(
  rules: RuleSet,
  events: readonly BiometricEvent[],
  until: number,
): ModeTransition[] {
  const known = collectKnown();
  const switches: ModeTransition[] = [];
  let state = initialState;
  const take = (decisions: readonly Decision[]) => {
    switches.push(...decisions.flatMap(({ transition }) => transition ?? []));
    state = evolve(state, decisions);
  };
  for (const event of events) {
    take(decide(state, { kind: 'event', event, signals: signalsOf(event, rules), known }, rules));
    known.add(event);
  }
  const userId = events.at(-1)?.user_id;
  if (userId !== undefined) take(decide(state, { kind: 'tick', userId, due: until }, rules));
  return switches;
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
