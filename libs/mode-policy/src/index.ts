export { compose, withoutSentences, type ComposedDecision } from './compose.ts';
export type { Decision } from './conclude.ts';
export { decide, evolve, type Command } from './decide.ts';
export { addSummaries, createDecisionTally, sharesOf, type DecisionSummary } from './decision-tally.ts';
export {
  countedDays,
  describeDecision,
  describeTransition,
  type ExplainedAnswer,
} from './describe-decision.ts';
export { analysisOf, describeAnalysis, type EventAnalysis } from './event-analysis.ts';
export { describeSignals, explainEvent, type ExplainedEvent, type ExplainedSignal } from './explain-event.ts';
export type { InsightFacts } from './insights.ts';
export { collectKnown, nothingKnown, type EventRange, type KnownEvents } from './known-events.ts';
export { metricBitsOf } from './metric-bits.ts';
export { nextDue } from './next-due.ts';
export {
  parseRules,
  requireRecordedRules,
  requireRules,
  type ParsedRules,
  type RulesFault,
  type Translation,
} from './parse-rules.ts';
export { initialState, type PersonState } from './person-state.ts';
export { recompute, type DecisionRecord, type RecomputeResult, type RecordedFindings } from './recompute.ts';
export { compareSwitches, replayHistory, type PersonHistory, type SwitchLine } from './replay-rules.ts';
export { eventsToLoad } from './required-history.ts';
export type { RuleSet } from './rule-set.ts';
export { signalsOf, type Signals } from './signals.ts';
export { restoreState, storeState } from './state-format.ts';
export { policyVersion } from './thresholds.ts';
export { upgradeOf } from './upgrade.ts';
export { openQuestions, type OpenQuestion } from './open-questions.ts';
export { chartedMetrics, chartedUsual, usualValues, type LaneUsual } from './usual-values.ts';
