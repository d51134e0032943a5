// Says why a transition happened, decides it again from its own record, and says whether the result is identical.
// Holds: nothing is written but the note in `phi_access_log` that somebody looked.
import { isDeepStrictEqual } from 'node:util';
import { utc } from '@bridge/contracts';
import { decide } from './domain/decide.ts';
import type { Decision } from './domain/conclude.ts';
import { collectKnown } from './domain/known-events.ts';
import type { RuleSet } from './domain/rule-set.ts';
import { signalsOf } from './domain/signals.ts';

/** A decision as it was recorded: see `adapters/sealed-rows.ts`. */
export type Recorded = Omit<Decision, 'state'> & {
  readonly event: Parameters<typeof signalsOf>[0] | null;
  readonly used: readonly Parameters<typeof signalsOf>[0][];
};

export type Recomputed =
  | { readonly kind: 'identical' }
  | { readonly kind: 'different'; readonly now: Omit<Decision, 'state'> | undefined }
  /** Made by a policy that this code no longer has. */
  | { readonly kind: 'older_policy'; readonly policyVersion: number };

/** `rules`: those that the transition names; undefined when they belong to an older policy. */
export function recompute(recorded: Recorded, userId: string, rules: RuleSet | undefined): Recomputed {
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
  const again = now && canonical({ ...now, state: undefined });
  return isDeepStrictEqual(again, canonical(decision)) ? { kind: 'identical' } : { kind: 'different', now };
}

function dueOf({ cause }: Recorded): number {
  return 'due' in cause ? Date.parse(cause.due) : Number.NaN;
}

/** As it comes back from JSON. */
const canonical = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The story in words, for a terminal. */
export function tellTransition(recorded: Recorded, recomputed: Recomputed): string {
  const { transition } = recorded;
  if (!transition) return 'No transition.';
  const lines = [
    `${transition.from ?? 'no mode'} → ${transition.to} at ${transition.at}, by ${tellCause(transition.cause)}`,
    `reason      ${transition.reason}, confidence ${transition.confidence}`,
    `fired       ${transition.rules_fired.join(', ') || 'no rule'}`,
    `held        ${transition.rules_held.join(', ') || 'no rule'}`,
    `rules       ${transition.rule_set.slice(0, 12)}, policy version ${transition.policy_version}`,
    ...tellFindings(recorded),
    `recomputed  ${tellRecomputed(recomputed)}`,
  ];
  return lines.join('\n');
}

/** A decision that switched nothing, in words. */
export function tellQuiet(decision: Decision): string {
  const { state, cause, rulesFired, rulesHeld } = decision;
  const lines = [
    `${state.mode ?? 'no mode'} stays, at ${utc(state.now)}, by ${tellCause(cause)}`,
    `fired       ${rulesFired.join(', ') || 'no rule'}`,
    `held        ${rulesHeld.join(', ') || 'no rule'}`,
    ...tellFindings(decision),
  ];
  return lines.join('\n');
}

const tellCause = (cause: Decision['cause']): string =>
  'event_id' in cause ? `event ${cause.event_id}` : 'time that passed';

type Findings = Pick<Decision, 'evidence' | 'hypotheses' | 'insights' | 'patterns'>;

function tellFindings({ evidence, hypotheses, insights, patterns }: Findings): string[] {
  return [
    ...evidence.map((one) => `evidence    ${tellEvidence(one)}`),
    ...hypotheses.map(
      ({ rule, status, settledBy }) => `hypothesis  ${rule} ${status}; settled by ${settledBy}`,
    ),
    ...insights.map((one) => `insight     ${JSON.stringify(one)}`),
    ...patterns.map((one) => `pattern     ${JSON.stringify(one)}`),
  ];
}

function tellEvidence({
  metric,
  value,
  unit,
  at,
  context,
  source,
  baseline,
  band,
}: Recorded['evidence'][number]) {
  const usual =
    baseline === undefined
      ? ''
      : baseline === null
        ? ', no baseline yet'
        : `, usually ${baseline.centre} ± ${baseline.spread} over ${baseline.days} days`;
  return `${metric} ${value} ${unit} at ${at} (${context}, ${source}${band ? `, ${band}` : ''}${usual})`;
}

function tellRecomputed(recomputed: Recomputed): string {
  switch (recomputed.kind) {
    case 'identical':
      return 'identical';
    case 'different':
      return `DIFFERENT: now ${JSON.stringify(recomputed.now?.transition ?? null)}`;
    case 'older_policy':
      return `not possible: policy version ${recomputed.policyVersion} is not in this code`;
  }
}
