import type { BiometricEvent } from '@bridge/contracts';
import { canonicalJson } from './canonical-json.ts';
import { decide } from './decide.ts';
import type { Decision } from './conclude.ts';
import { collectKnown } from './known-events.ts';
import type { RuleSet } from './rule-set.ts';
import { signalsOf } from './signals.ts';

/** A decision in its recorded form: with its event and the earlier events that it used. */
export type DecisionRecord = Omit<Decision, 'state'> & {
  readonly event: BiometricEvent | null;
  readonly used: readonly BiometricEvent[];
};

export type RecomputeResult =
  | { readonly kind: 'identical' }
  | { readonly kind: 'different'; readonly now: Omit<Decision, 'state'> | undefined }
  /** The policy that made it no longer exists in this code. */
  | { readonly kind: 'older_policy'; readonly policyVersion: number };

/**
 * Decides a recorded transition again from its own record and compares the results. `rules`: those that the transition
 * names; undefined if they belong to an older policy.
 */
export function recompute(
  recorded: DecisionRecord,
  userId: string,
  rules: RuleSet | undefined,
): RecomputeResult {
  const policyVersion = recorded.transition?.policy_version ?? 0;
  if (rules === undefined) return { kind: 'older_policy', policyVersion };
  const { event, used, ...decision } = recorded;
  const now = event
    ? decide(
        recorded.before,
        { kind: 'event', event, signals: signalsOf(event, rules), known: collectKnown(used) },
        rules,
      ).at(-1)
    : decide(recorded.before, { kind: 'tick', userId, due: dueOf(recorded) }, rules)[0];
  const again = now && canonicalJson({ ...now, state: undefined });
  return again === canonicalJson(decision) ? { kind: 'identical' } : { kind: 'different', now };
}

function dueOf({ cause }: DecisionRecord): number {
  return 'due' in cause ? Date.parse(cause.due) : Number.NaN;
}
