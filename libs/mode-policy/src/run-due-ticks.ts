import { utc } from '@bridge/contracts';
import { conclude, type Decision } from './conclude.ts';
import { nextDue } from './next-due.ts';
import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { createView, noDelta } from './view.ts';

/** The decisions of all ticks that are due up to a time, each at its own due time, in order. */
export function runDueTicks(before: PersonState, until: number, userId: string, rules: RuleSet): Decision[] {
  const decisions: Decision[] = [];
  let state = before;
  for (;;) {
    const due = nextDue(state, rules);
    if (due === null || due > until) return decisions;
    const decision = conclude(createView(state, due, noDelta, rules), rules.rules, {
      before: state,
      userId,
      cause: { due: utc(due) },
      isRevised: false,
      isNightNew: false,
    });
    decisions.push(decision);
    state = decision.state;
  }
}
