import type { BiometricEvent } from '@bridge/contracts';
import { canonicalJson } from './canonical-json.ts';
import type { Decision } from './conclude.ts';
import { decide } from './decide.ts';
import type { EventAnalysis } from './event-analysis.ts';
import { collectKnown } from './known-events.ts';
import type { RuleSet } from './rule-set.ts';
import { signalsOf } from './signals.ts';

/** What a batch found out about a decision beside deciding it. */
export type RecordedFindings = {
  readonly confidence: number;
  /** Absent if time passed. */
  readonly analysis?: EventAnalysis;
};

/**
 * A decision in its recorded form: with its event and the earlier events that it used. Records of due persons and those
 * of older versions have no findings.
 */
export type DecisionRecord = Omit<Decision, 'state'> &
  Partial<RecordedFindings> & {
    /** null: time passed. */
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
 * names; undefined if they belong to an older policy. `history`: of a person's first decision under this policy the stored
 * events that it read, since its record names none; see `upgradeOf`.
 */
export function recompute(
  recorded: DecisionRecord,
  userId: string,
  rules: RuleSet | undefined,
  history: readonly BiometricEvent[] = [],
): RecomputeResult {
  const policyVersion = recorded.transition?.policy_version ?? 0;
  if (rules === undefined) return { kind: 'older_policy', policyVersion };
  const { event, used, before } = recorded;
  const due = dueOf(recorded);
  const now = event
    ? decide(
        before,
        { kind: 'event', event, signals: signalsOf(event, rules), known: collectKnown(used) },
        rules,
      ).at(-1)
    : before.upgrade === null
      ? decide(before, { kind: 'tick', userId, due }, rules)[0]
      : decide(before, { kind: 'upgrade', userId, due, events: history }, rules)[0];
  const again = now && canonicalJson({ ...now, state: undefined });
  const noDecision = { event: undefined, used: undefined, confidence: undefined, analysis: undefined };
  return again === canonicalJson({ ...recorded, ...noDecision })
    ? { kind: 'identical' }
    : { kind: 'different', now };
}

function dueOf({ cause }: DecisionRecord): number {
  return 'due' in cause ? Date.parse(cause.due) : Number.NaN;
}
