export { createHistory, type History, type HistoryOptions } from './create-history.ts';
export { countDecidedAgain, explainDecisions } from './explain-id.ts';
export type { Explanation, FirstCopy } from './explanation.ts';
export type { HistoryResult, Page } from './history-result.ts';
export type { PeopleSelection } from './list-people.ts';
export { createBlockMaintenance, type BlockDeps } from './maintain-blocks.ts';
export { startDigesting, type Digesting } from './start-digesting.ts';
export { startExplaining, type Explaining, type ExplainOptions } from './start-explaining.ts';
export type { RecordAccess } from './record-access.ts';
