export {
  acknowledgeBodySchema,
  feedbackBodySchema,
  resolveBodySchema,
  snoozeBodySchema,
  unacknowledgeBodySchema,
} from './alert-action.ts';
export {
  alertChangeKinds,
  alertChangeSchema,
  type AlertChange,
  type AlertChangeKind,
} from './alert-change.ts';
export {
  alertKindField,
  alertReasons,
  operatorsUserId,
  signalProducers,
  resolutionReasons,
  type ResolutionReason,
  alertSignalSchema,
  alertStateSignalSchema,
  alertDetailsSchema,
  alertStatuses,
  evidenceSchema,
  heartbeatSignalSchema,
  severities,
  type AlertReason,
  type AlertSignal,
  type AlertDetails,
  type AlertStateSignal,
  type AlertStatus,
  type Evidence,
  type HeartbeatFigures,
  type HeartbeatSignal,
  type Severity,
} from './alert-signal.ts';
export {
  deliveryListSchema,
  deliverySchema,
  deliveryStatuses,
  type Delivery,
  type DeliveryList,
  type DeliveryStatus,
} from './alert-delivery.ts';
export {
  alertMatchSchema,
  budgetSchema,
  budgetsSchema,
  dayHoursSchema,
  escalationStepSchema,
  groupTimingSchema,
  inhibitionSchema,
  routeSchema,
  routingSchema,
  silenceBodySchema,
  slugField,
  type AlertMatch,
  type Budget,
  type DayHours,
  type EscalationStep,
  type GroupTiming,
  type Inhibition,
  type Route,
  type Routing,
  type SilenceBody,
} from './alert-routing.ts';
export { alertStatisticsSchema, type AlertStatistics, type KindStatistics } from './alert-statistics.ts';
export {
  alertDetailSchema,
  alertListSchema,
  alertSchema,
  type Alert,
  type AlertDetail,
  type AlertList,
} from './alert.ts';
export { budgetReportSchema, type BudgetReport } from './alert-budget.ts';
export {
  channelBodySchema,
  channelFaults,
  channelListSchema,
  channelSchema,
  channelStates,
  channelTestSchema,
  disablingReasons,
  type ChannelBody,
  type ChannelDocument,
  type ChannelList,
  type ChannelTest,
} from './alert-channel.ts';
export {
  groupBodySchema,
  groupListSchema,
  groupSchema,
  type GroupDocument,
  type GroupList,
} from './alert-group.ts';
export {
  routeTestBodySchema,
  routeTestSchema,
  type RouteTest,
  type RouteTestBody,
} from './alert-route-test.ts';
export {
  silenceListSchema,
  silenceSchema,
  silenceStates,
  type SilenceDocument,
  type SilenceList,
} from './alert-silence.ts';
export { analysisRequestSchema, type AnalysisRequest } from './analysis-request.ts';
export {
  biometricEventSchema,
  maxReadings,
  reservedSources,
  type BiometricEvent,
  type Flag,
  type Provenance,
  type ReservedSource,
} from './biometric-event.ts';
export { flatBodySchema, flatBodyToEvent, type FlatBodyResult } from './flat-body.ts';
export { manualBodySchema, type ManualBody } from './manual-body.ts';
export {
  acceptedSchema,
  batchAnswerSchema,
  healthSchema,
  problemDocumentSchema,
  type AcceptedBody,
  type BatchAnswer,
  type BatchResult,
  type Health,
  type ProblemDocument,
} from './http-answers.ts';
export {
  alertId,
  changeId,
  contentHash,
  deliveryId,
  eventId,
  heartbeatId,
  hypothesisId,
  insightId,
  rawHash,
  signalId,
  transitionId,
  type EventContent,
  type ObjectIdentity,
} from './identity.ts';
export { insightKinds, insightSchema, type Insight, type InsightKind } from './insight.ts';
export { interpretEvent, interpretMessage, type EventMessage, type Interpreted } from './interpret-event.ts';
export { parseInWords } from './parse-in-words.ts';
export {
  deadLetterReasons,
  fieldAtFault,
  type DeadLetterReason,
  type DropReason,
  problemsOf,
  type Interpretation,
  type Problem,
} from './interpretation.ts';
export {
  normalizeReading,
  normalizeReadings,
  type GivenReading,
  type NormalReadings,
} from './normalize-readings.ts';
export { unitNamed } from './unit-names.ts';
export { metricName, metricNamed, metrics, type Metric, type MetricName } from './metrics.ts';
export { modeTransitionSchema, type ModeTransition } from './mode-transition.ts';
export { modes, modeSchema, type Mode } from './modes.ts';
export { partnerMessageSchema } from './partner-message.ts';
export {
  contexts,
  motions,
  readingSchema,
  statistics,
  type Context,
  type Motion,
  type Reading,
  type Statistic,
} from './reading.ts';
export {
  answerBodySchema,
  answers,
  answerSchema,
  isTimeZone,
  languages,
  manualAnswerSchema,
  manualProfileSchema,
  profileBodySchema,
  profileSchema,
  type Answer,
  type AnswerChoice,
  type Language,
  type Profile,
} from './profile.ts';
export { registrySubjects, valueSchemas, type RegistrySubject } from './registry-subjects.ts';
export { defaultRetentionDays, retentionDaysSetting, tooOld } from './retention.ts';
export { checkTime, type TimeVerdict } from './time-rules.ts';
export { parseTimestamp, realOffset, utc, withZuluForZero, type Timestamp } from './timestamp.ts';
export {
  allTopics,
  consumerGroups,
  deadLetterName,
  deadLetterTopic,
  topics,
  type Topic,
  type TopicKey,
} from './topics.ts';
export { zoneOffset } from './zone-offset.ts';
export {
  declarationEvent,
  minuteOf,
  type Declaration,
  type DeclarationResult,
  type DeclarationSender,
} from './declaration-event.ts';
export { explainedDecisionSchema, type ExplainedDecision } from './explained-decision.ts';
export { insightListSchema, type InsightList } from './insight-list.ts';
export { personListSchema, personRowSchema, type PersonList, type PersonRow } from './person-row.ts';
export {
  personStateSchema,
  type NewestReading,
  type OpenAlertDocument,
  type OpenHypothesis,
  type PersonStateDocument,
  type UsualValue,
} from './person-state.ts';
export {
  maxSeriesPoints,
  readingSeriesSchema,
  resolutions,
  type ReadingSeries,
  type Resolution,
} from './reading-series.ts';
export { nightListSchema, type Night, type NightList } from './sleep-nights.ts';
export { transitionListSchema, type TransitionList } from './transition-list.ts';
