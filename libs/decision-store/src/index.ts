export { allPersons } from './all-persons.ts';
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
  ObjectRow,
  SnapshotRow,
  StateRow,
  TickRow,
  TransitionRow,
} from './decision-rows.ts';
export { createDecisionStore, type DecisionStore, type StoredState } from './decision-store.ts';
export { objectKeyOf } from './object-key.ts';
export { rebuildState } from './rebuild-state.ts';
export {
  decisionOn,
  newestTransitions,
  noteAccess,
  switchesOf,
  transitionsNamed,
  type RecordedTransition,
} from './recorded-transitions.ts';
export { loadRuleFile, type RuleFile } from './rule-file.ts';
export { createKeptRules, keepRuleSet, type ActiveRules, type KeptRules } from './rule-sets.ts';
export {
  eventRow,
  sealColumns,
  snapshotRow,
  transitionRow,
  unsealEvent,
  unsealState,
  unsealedState,
} from './sealed-rows.ts';
export {
  eventsAnywhere,
  eventsBetween,
  eventsById,
  storedEventsOf,
  type People,
  type PersonEvent,
} from './stored-events.ts';
