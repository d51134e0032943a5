import { utc } from '@bridge/contracts';
import type { Decision } from './conclude.ts';
import type { RecomputeResult, DecisionRecord } from './recompute.ts';

/** Describes a recorded transition and its recomputation, for a terminal. */
export function describeTransition(recorded: DecisionRecord, recomputed: RecomputeResult): string {
  const { transition } = recorded;
  if (!transition) return 'No transition.';
  const lines = [
    `${transition.from ?? 'no mode'} → ${transition.to} at ${transition.at}, by ${describeCause(transition.cause)}`,
    `reason      ${transition.reason}, confidence ${transition.confidence}`,
    `fired       ${transition.rules_fired.join(', ') || 'no rule'}`,
    `held        ${transition.rules_held.join(', ') || 'no rule'}`,
    `rules       ${transition.rule_set.slice(0, 12)}, policy version ${transition.policy_version}`,
    ...describeFindings(recorded),
    `recomputed  ${describeRecomputation(recomputed)}`,
  ];
  return lines.join('\n');
}

/** Describes a decision that switched nothing. */
export function describeDecision(decision: Decision): string {
  const { state, cause, rulesFired, rulesHeld } = decision;
  const lines = [
    `${state.mode ?? 'no mode'} stays, at ${utc(state.now)}, by ${describeCause(cause)}`,
    `fired       ${rulesFired.join(', ') || 'no rule'}`,
    `held        ${rulesHeld.join(', ') || 'no rule'}`,
    ...describeFindings(decision),
  ];
  return lines.join('\n');
}

const describeCause = (cause: Decision['cause']): string =>
  'event_id' in cause ? `event ${cause.event_id}` : 'time that passed';

type Findings = Pick<Decision, 'evidence' | 'hypotheses' | 'insights' | 'patterns'>;

function describeFindings({ evidence, hypotheses, insights, patterns }: Findings): string[] {
  return [
    ...evidence.map((one) => `evidence    ${describeEvidence(one)}`),
    ...hypotheses.map(
      ({ rule, status, settledBy }) => `hypothesis  ${rule} ${status}; settled by ${settledBy}`,
    ),
    ...insights.map((one) => `insight     ${JSON.stringify(one)}`),
    ...patterns.map((one) => `pattern     ${JSON.stringify(one)}`),
  ];
}

function describeEvidence({
  metric,
  value,
  unit,
  at,
  context,
  source,
  baseline,
  band,
}: DecisionRecord['evidence'][number]) {
  const usual =
    baseline === undefined
      ? ''
      : baseline === null
        ? ', no baseline yet'
        : `, usually ${baseline.centre} ± ${baseline.spread} over ${baseline.days} days`;
  return `${metric} ${value} ${unit} at ${at} (${context}, ${source}${band ? `, ${band}` : ''}${usual})`;
}

function describeRecomputation(recomputed: RecomputeResult): string {
  switch (recomputed.kind) {
    case 'identical':
      return 'identical';
    case 'different':
      return `DIFFERENT: now ${JSON.stringify(recomputed.now?.transition ?? null)}`;
    case 'older_policy':
      return `not possible: policy version ${recomputed.policyVersion} is not in this code`;
  }
}
