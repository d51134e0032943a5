import { mayAccess, type Principal } from '@bridge/auth';
import type {
  ExplainedDecision,
  Insight,
  ModeTransition,
  Night,
  PersonStateDocument,
  ReadingSeries,
} from '@bridge/contracts';
import { ownerOfDecision } from '@bridge/decision-store';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { HistoryDeps } from './history-deps.ts';
import { found, type HistoryResult, type Page } from './history-result.ts';
import { createListPeople, type ListPeople } from './list-people.ts';
import { explainedDecision } from './load-decision.ts';
import { loadInsights, type InsightSelection } from './load-insights.ts';
import { loadPersonState } from './load-person-state.ts';
import { loadReadings } from './load-readings.ts';
import { loadSleep, type NightSelection } from './load-sleep.ts';
import { loadTransitions, type TransitionSelection } from './load-transitions.ts';
import { createPeopleIndex } from './people-index.ts';
import type { RecordAccess } from './record-access.ts';
import { planSeries, type SeriesRequest } from './series-plan.ts';
import type { Explaining } from './start-explaining.ts';

export type HistoryOptions = HistoryDeps & {
  readonly vault: Vault;
  readonly recordAccess: RecordAccess;
  readonly explaining: Pick<Explaining, 'explain'>;
  /** People whose ids are kept in memory to search parts of them; beyond so many only whole ids are found. Default 50,000. */
  readonly searchedPeople?: number;
};

/** Reads of persons. Each one checks that the viewer may see the person, and notes who looked before anything is shown. */
export type History = {
  readonly listPeople: ListPeople;
  readonly state: Read<undefined, PersonStateDocument>;
  readonly readings: Read<SeriesRequest, ReadingSeries>;
  readonly sleep: Read<NightSelection, Page<Night>>;
  readonly transitions: Read<TransitionSelection, Page<ModeTransition>>;
  readonly insights: Read<InsightSelection, Page<Insight>>;
  /** By the id of a transition or of an event: 32 hex digits. */
  readonly decision: (viewer: Principal, id: string) => Promise<HistoryResult<ExplainedDecision>>;
};

type Read<Request, Value> = (
  viewer: Principal,
  userId: string,
  request: Request,
) => Promise<HistoryResult<Value>>;

export function createHistory(options: HistoryOptions): History {
  const { query, vault, now, recordAccess, explaining, searchedPeople: limit } = options;
  const index = createPeopleIndex({ query, vault, now, ...(limit !== undefined && { limit }) });

  /** Undefined: nothing is known of the person. */
  async function read<Value>(
    viewer: Principal,
    userId: string,
    table: string,
    load: (person: LiveSubject) => Promise<Value | undefined>,
  ): Promise<HistoryResult<Value>> {
    if (!mayAccess(viewer, userId)) return { kind: 'forbidden' };
    const person = (await vault.find([userId])).get(userId);
    if (person === undefined || person.erased) return { kind: 'unknown' };
    await recordAccess({ principal: viewer, type: 'read', table, subjectIds: [person.subjectId] });
    const value = await load(person);
    return value === undefined ? { kind: 'unknown' } : found(value);
  }

  return {
    listPeople: createListPeople({ query, vault, index, recordAccess, now }),
    state: (viewer, userId) =>
      read(viewer, userId, 'neuros_checkpoints', (person) => loadPersonState(options, person)),
    readings: async (viewer, userId, request) => {
      // Before anything is read: a bad request says nothing about a person.
      const plan = planSeries(request, now());
      if (plan.kind === 'refused') return plan;
      return read(viewer, userId, 'reading_blocks', (person) => loadReadings(options, person, plan));
    },
    sleep: (viewer, userId, selection) =>
      read(viewer, userId, 'reading_blocks', (person) => loadSleep(options, person, selection)),
    transitions: (viewer, userId, selection) =>
      read(viewer, userId, 'cognitive_mode_transitions', (person) =>
        loadTransitions(options, person, selection),
      ),
    insights: (viewer, userId, selection) =>
      read(viewer, userId, 'insights', (person) => loadInsights(query, person, selection)),
    decision: async (viewer, id) => {
      const subjectId = await ownerOfDecision(query, id);
      const person = subjectId === undefined ? undefined : (await vault.byId([subjectId])).get(subjectId);
      if (person === undefined || person.erased) return { kind: 'unknown' };
      const { userId } = person;
      return read(viewer, userId, 'cognitive_mode_transitions', async () =>
        explainedDecision(await explaining.explain(id), userId, id),
      );
    },
  };
}
