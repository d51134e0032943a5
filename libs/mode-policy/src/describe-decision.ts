import { utc } from '@bridge/contracts';
import type { Decision } from './conclude.ts';
import type { RecomputeResult, DecisionRecord } from './recompute.ts';
import { policyVersion } from './thresholds.ts';

/** What became of an answer, by the state and by what is recorded. */
export type ExplainedAnswer =
  Decision['answer'] | { readonly status: 'dropped'; readonly reason: 'of_another_person' };

type Explained<Decided> = Omit<Decided, 'answer'> & { readonly answer: ExplainedAnswer };

/** Describes a recorded transition and its recomputation, for a terminal. */
export function describeTransition(recorded: Explained<DecisionRecord>, recomputed: RecomputeResult): string {
  const { transition } = recorded;
  if (!transition) return 'No transition.';
  const lines = [
    `${transition.from ?? 'no mode'} → ${transition.to} at ${transition.at}, by ${describeCause(transition.cause)}`,
    `reason      ${transition.reason}, confidence ${recorded.confidence ?? transition.confidence}`,
    `fired       ${transition.rules_fired.join(', ') || 'no rule'}`,
    `held        ${transition.rules_held.join(', ') || 'no rule'}`,
    `rules       ${transition.rule_set.slice(0, 12)}, policy version ${transition.policy_version}`,
    ...(transition.policy_version < policyVersion ? describeOlder(recorded) : describeFindings(recorded)),
    `recomputed  ${describeRecomputation(recomputed)}`,
  ];
  return lines.join('\n');
}

/** Describes a decision that switched nothing. */
export function describeDecision(decision: Explained<Decision>): string {
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

type Findings = Pick<
  Explained<Decision>,
  'cause' | 'evidence' | 'insights' | 'alertSignals' | 'answer' | 'clock' | 'facts'
>;

/** The days that slow rules counted, by rule: of a decision that changed the mode or an alert. */
export function countedDays({ transition, alerts, questions }: Decision['facts']): Record<string, string> {
  const counted: Record<string, string> = {};
  for (const { rule, values } of [...(transition ? [transition] : []), ...alerts, ...questions]) {
    if (values['counted'] !== undefined) counted[rule] = String(values['counted']);
  }
  return counted;
}

function describeFindings({
  cause,
  evidence,
  insights,
  alertSignals,
  answer,
  clock,
  facts,
}: Findings): string[] {
  return [
    ...(clock ? [`clock       ${clockWords[clock]}`] : []),
    ...(answer ? [`answer      ${describeAnswer(answer)}`] : []),
    ...evidence.map((one) => `evidence    ${describeEvidence(one)}`),
    // Of an event `describeSignals` has them.
    ...('due' in cause
      ? Object.entries(countedDays(facts)).map(([rule, days]) => `counted     ${rule}: ${days}`)
      : []),
    ...alertSignals.map(
      ({ kind, status, severity, reason }) => `alert       ${kind} ${reason ?? status}, ${severity}`,
    ),
    ...insights.map(({ kind, rule, data }) => {
      return `insight     ${kind}${rule === undefined ? '' : ` of ${rule}`} ${JSON.stringify(data ?? {})}`;
    }),
  ];
}

type OlderRecord = Readonly<Partial<Record<'evidence' | 'hypotheses' | 'insights' | 'patterns', unknown>>>;

/** A record of an older policy: its readings, and the rest as it was recorded. */
function describeOlder(recorded: Explained<DecisionRecord>): string[] {
  const { evidence, hypotheses, insights, patterns } = recorded as OlderRecord;
  const listed = (name: string, list: unknown) =>
    Array.isArray(list) ? list.map((one: unknown) => `${name.padEnd(12)}${JSON.stringify(one)}`) : [];
  return [
    ...(Array.isArray(evidence)
      ? (evidence as OlderReading[]).map((one) => `evidence    ${describeOlderReading(one)}`)
      : []),
    ...listed('hypothesis', hypotheses),
    ...listed('insight', insights),
    ...listed('pattern', patterns),
  ];
}

type OlderReading = Pick<
  DecisionRecord['evidence'][number],
  'metric' | 'value' | 'unit' | 'at' | 'context' | 'source' | 'band'
> & {
  readonly baseline?: { readonly centre: number; readonly spread: number; readonly days: number } | null;
};

function describeOlderReading({
  metric,
  value,
  unit,
  at,
  context,
  source,
  band,
  baseline,
}: OlderReading): string {
  const usual = baseline
    ? `, usually ${baseline.centre} ± ${baseline.spread} over ${baseline.days} days`
    : baseline === null
      ? ', no baseline yet'
      : '';
  return `${metric} ${value} ${unit} at ${at} (${[context, source, band].filter(Boolean).join(', ')})${usual}`;
}

const clockWords = {
  local_clock: 'the time was that of a local clock, so the time of arrival was taken',
  no_offset: 'the time had no offset and was ahead, so the time of arrival was taken',
};

const droppedWords = {
  settled: 'dropped: the question was settled before',
  of_another_person: 'dropped: it names a message to another person',
  unknown: 'dropped: no such question or alert is open for this person',
};

function describeAnswer(answer: NonNullable<ExplainedAnswer>): string {
  return answer.status === 'dropped' ? droppedWords[answer.reason] : `${answer.status}, of ${answer.rule}`;
}

function describeEvidence(reading: DecisionRecord['evidence'][number]): string {
  const { metric, value, unit, at, context, source, device, threshold, usual, spread, days, band } = reading;
  const parts = [
    `${metric} ${value} ${unit} at ${at} (${[context, source, device, band].filter(Boolean).join(', ')})`,
    ...(threshold === undefined ? [] : [`threshold ${threshold}`]),
    ...(usual === undefined ? [] : [`usually ${usual} ± ${String(spread)} over ${String(days)} days`]),
    ...(reading.isDerived ? ['derived'] : []),
  ];
  return parts.join(', ');
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
