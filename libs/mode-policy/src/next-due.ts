import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { highestMode } from './switch-mode.ts';

/**
 * The time at which the person's state changes without an event; null: never. Store it with the state. It is always later
 * than the state's now: a rule's inputs go stale, a reflex ends, the minimum stay that defers a switch ends, or a
 * hypothesis expires.
 */
export function nextDue(state: PersonState, rules: RuleSet): number | null {
  const { switching, hypotheses } = rules.thresholds;
  let due = Infinity;
  for (const [key, firedAt, staleAt] of state.holds) {
    due = Math.min(due, staleAt);
    const rule = rules.rules.find((one) => one.key === key);
    if (rule?.mode === 'reflex') due = Math.min(due, firedAt + switching.reflex_at_most + 1);
  }
  for (const [, openedAt] of state.doubts) due = Math.min(due, openedAt + hypotheses.life);
  if (state.mode !== null && highestMode(state.holds, rules.rules) !== state.mode) {
    due = Math.min(due, state.since + rules.stayIn(state.mode));
  }
  // A change of the rules may make something due in the past.
  return due === Infinity ? null : Math.max(due, state.now + 1);
}
