import { silentAt } from './judge-units.ts';
import { noonOf } from './noon.ts';
import type { PersonState } from './person-state.ts';
import { closed } from './questions.ts';
import type { RuleSet } from './rule-set.ts';
import { highestMode } from './switch-mode.ts';

/**
 * The time at which the person's state changes without an event; null: never. Store it with the state. It is always later
 * than the state's now. A state of an older policy is due at once: see `upgradeOf`.
 */
export function nextDue(state: PersonState, rules: RuleSet): number | null {
  return state.upgrade === null ? dueOf(state, rules) : state.now + 1;
}

/** A rule's inputs go stale, a reflex, a stay, an alert or a question ends, or a day of the illness watch waits for noon. */
export function dueOf(state: PersonState, rules: RuleSet): number | null {
  let due = Infinity;
  for (const { holds, unit, staleAt, firedAt } of state.units) {
    if (!holds) continue;
    due = Math.min(due, staleAt);
    if (rules.units[unit]?.mode === 'reflex')
      due = Math.min(due, firedAt + rules.thresholds.switching.reflex_at_most + 1);
  }
  for (const alert of state.alerts) {
    const { expiresAt, askedUntil } = alert;
    due = Math.min(due, expiresAt, askedUntil === 0 ? Infinity : askedUntil, silentAt(state, alert));
  }
  for (const [, until, question] of state.contraries) if (question !== closed) due = Math.min(due, until);
  if (state.mode !== null && highestMode(state.units, rules.units) !== state.mode) {
    due = Math.min(due, state.since + rules.stayIn(state.mode));
  }
  if (state.waitingDay !== null) due = Math.min(due, noonOf(state, state.waitingDay, rules));
  // A change of the rules may make something due in the past.
  return due === Infinity ? null : Math.max(due, state.now + 1);
}
