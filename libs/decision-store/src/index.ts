export { allPersons, type PersonEntry, type StoredPerson } from './all-persons.ts';
export { ownerOfMessage } from './answered-message.ts';
export { contentHashOf } from './content-hash.ts';
export { connectArchive, type Archive } from './connect-archive.ts';
export {
  insertEvents,
  insertTicks,
  insertTransitions,
  writeStates,
  type EventColumns,
  type TransitionColumns,
} from './decision-statements.ts';
export type {
  BatchRows,
  EventRow,
  InsightRow,
  ObjectRow,
  SnapshotRow,
  StateRow,
  TickRow,
  TransitionRow,
} from './decision-rows.ts';
export { createDecisionStore, type DecisionStore, type StoredState } from './decision-store.ts';
export { olderState } from './older-state.ts';
export { objectKeyOf } from './object-key.ts';
export { rebuildState, type RebuildResult } from './rebuild-state.ts';
export { loadSnapshot, type Snapshot } from './snapshots.ts';
export {
  decisionOn,
  newestTransitions,
  noteAccess,
  ownerOfDecision,
  switchesOf,
  transitionsNamed,
  type DecidedEvent,
  type RecordedTransition,
} from './recorded-transitions.ts';
export { loadRuleFile, ruleFileStamp, type RuleFile } from './rule-file.ts';
export { createKeptRules, keepRuleSet, keptRuleSets, type ActiveRules, type KeptRules } from './rule-sets.ts';
export {
  eventRow,
  insightRow,
  sealColumns,
  snapshotRow,
  transitionRow,
  unsealEvent,
  unsealInsight,
  unsealRecord,
  unsealState,
  unsealedState,
} from './sealed-rows.ts';
export {
  eventsAnywhere,
  eventsBetween,
  eventsById,
  eventsAfter,
  eventsSince,
  eventsUpTo,
  type People,
  type PersonEvent,
} from './stored-events.ts';
