// Decides a person's stored events once more by other rules and says what would have been different.
// Holds: nothing is written; other rules change when ticks are due, so those are worked out anew.
import type { BiometricEvent } from '@bridge/contracts';
import { decide, evolve } from './domain/decide.ts';
import { collectKnown } from './domain/known-events.ts';
import { initial } from './domain/person-state.ts';
import type { RuleSet } from './domain/rule-set.ts';
import { signalsOf } from './domain/signals.ts';

export type SwitchLine = {
  readonly at: string;
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
};

/** The switches that these rules make of the events, in the order of their decisions. */
export function switchesBy(rules: RuleSet, events: readonly BiometricEvent[]): SwitchLine[] {
  const known = collectKnown();
  const switches: SwitchLine[] = [];
  let state = initial;
  for (const event of events) {
    const decisions = decide(state, { kind: 'event', event, signals: signalsOf(event, rules), known }, rules);
    for (const { transition } of decisions) {
      if (!transition) continue;
      const { at, from, to, reason } = transition;
      switches.push({ at, from, to, reason });
    }
    state = evolve(state, decisions);
    known.add(event);
  }
  return switches;
}

/** Both stories side by side: `=` in both, `-` only as it was, `+` only by the other rules. */
export function compareSwitches(was: readonly SwitchLine[], would: readonly SwitchLine[]): string[] {
  const tell = ({ at, from, to, reason }: SwitchLine) => `${at}  ${from ?? 'no mode'} → ${to} (${reason})`;
  const [before, after] = [was.map(tell), would.map(tell)];
  const lines = [
    ...before.map((line) => ({ line, mark: after.includes(line) ? '=' : '-' })),
    ...after.flatMap((line) => (before.includes(line) ? [] : [{ line, mark: '+' }])),
  ];
  return lines.sort((a, b) => (a.line < b.line ? -1 : 1)).map(({ line, mark }) => `${mark} ${line}`);
}
