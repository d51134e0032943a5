import { hypothesisId, type InsightKind } from '@bridge/contracts';
import type { OpenAlert } from './person-state.ts';
import type { Firing } from './rule.ts';
import { ruleNames, type RuleName, type SettledStatus } from './rule-names.ts';
import type { View } from './view.ts';

/** A question that was opened or settled. */
export type QuestionNotice = {
  readonly kind: Extract<InsightKind, 'hypothesis_opened' | 'hypothesis_settled'>;
  readonly rule: RuleName;
  readonly hypothesisId: string;
  readonly status: 'open' | SettledStatus;
  readonly firing?: Firing;
  /** It was opened beside the rule, because another signal spoke against it: see `contrary.ts`. */
  readonly isBeside?: true;
};

/** Settles the question that an alert asks. */
export function settleQuestion(alert: OpenAlert, status: SettledStatus, questions: QuestionNotice[]): void {
  const rule = ruleNames[alert.rule] as RuleName;
  questions.push({ kind: 'hypothesis_settled', rule, hypothesisId: hypothesisId(alert.id), status });
}

/** Instead of the id of a question beside a rule that nobody answered: until then it is not asked again. */
export const closed = '';

/** Settles the question that was opened beside a rule, if there is one. */
export function settleBeside(
  { draft, now, policy }: View,
  number: number,
  status: SettledStatus,
  questions: QuestionNotice[],
): void {
  const found = draft.contraries.find(([rule]) => rule === number);
  if (found === undefined) return;
  const [, , question] = found;
  const isExpired = status === 'expired';
  if (question === closed && isExpired) return;
  const others = draft.contraries.filter((one) => one !== found);
  const until = now + policy.thresholds.hypotheses.silence.otherwise;
  draft.contraries = isExpired ? [...others, [number, until, closed]] : others;
  if (question === closed) return;
  const rule = ruleNames[number] as RuleName;
  questions.push({ kind: 'hypothesis_settled', rule, hypothesisId: question, status, isBeside: true });
}
