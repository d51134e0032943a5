import { utc } from '@bridge/contracts';
import { emptyDelta } from './apply-event.ts';
import { conclude, type Decision } from './conclude.ts';
import { draftOf } from './draft.ts';
import { dueOf } from './next-due.ts';
import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { createView } from './view.ts';

/** The decisions of all ticks that are due up to a time, each at its own due time, in order. */
export function runDueTicks(before: PersonState, until: number, userId: string, rules: RuleSet): Decision[] {
  const decisions: Decision[] = [];
  let state = before;
  for (;;) {
    const due = dueOf(state, rules);
    if (due === null || due > until) return decisions;
    const view = createView(draftOf(state), state, due, emptyDelta(), rules);
    const decision = conclude(view, rules, { before: state, userId, cause: { due: utc(due) } });
    decisions.push(decision);
    state = decision.state;
  }
}
