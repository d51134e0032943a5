import { CodedError, type Log } from '@bridge/core';
import { uuidArray, type Query } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import { initialState, policyVersion } from '@bridge/mode-policy';
import {
  olderState,
  rebuildState,
  unsealState,
  type DecisionStore,
  type StoredState,
  type KeptRules,
} from '@bridge/decision-store';
import type { StateCache, StateVersion } from './state-cache.ts';

export type LoadStatesDeps = {
  readonly store: DecisionStore;
  readonly cache: StateCache;
  readonly keptRules: KeptRules;
  /** A state was lost or unreadable and has been decided again. */
  readonly onRebuilt: () => void;
  readonly log: Log;
};

/** Loads the states of these persons, by subject id. */
export type LoadStates = (
  query: Query,
  people: ReadonlyMap<string, LiveSubject>,
  locked: boolean,
) => Promise<Map<string, StateVersion>>;

/**
 * Reads states: from the cache, from the table, and where a row is lost or unreadable by deciding the person's stored
 * events again. `locked`: nothing comes from the cache, and every row exists and is locked afterwards.
 */
export function createLoadStates({ store, cache, keptRules, onRebuilt, log }: LoadStatesDeps): LoadStates {
  async function rebuild(query: Query, person: LiveSubject, version: number): Promise<StateVersion> {
    const rebuilt = await rebuildState(query, keptRules, person);
    if (!rebuilt) return withoutSnapshot(query, person, version);
    onRebuilt();
    log.warn('a lost state was rebuilt', { subject_id: person.subjectId, count: rebuilt.steps });
    return { version, policyVersion: rebuilt.policyVersion, state: rebuilt.state };
  }

  /** Nothing of this policy is there to start from. */
  async function withoutSnapshot(query: Query, person: LiveSubject, version: number): Promise<StateVersion> {
    const state = await olderState(query, person);
    if (state === undefined) return { version, policyVersion: null, state: initialState };
    log.warn('a lost state of an older policy begins anew', { subject_id: person.subjectId });
    return { version, policyVersion: policyVersion - 1, state };
  }

  /** Persons who were decided on before: their rows should exist. */
  async function decidedBefore(query: Query, subjectIds: readonly string[]): Promise<Set<string>> {
    if (subjectIds.length === 0) return new Set();
    const rows = await query<{ subjectId: string }>(
      'select distinct subject_id "subjectId" from cognition.snapshots where subject_id = any($1::uuid[])',
      [uuidArray(subjectIds)],
    );
    return new Set(rows.map(({ subjectId }) => subjectId));
  }

  function read(row: StoredState, person: LiveSubject): StateVersion | undefined {
    try {
      const { version, policyVersion } = row;
      return { version, policyVersion, state: unsealState(row.state, person) };
    } catch (error) {
      if (!(error instanceof CodedError || error instanceof SyntaxError)) throw error;
      log.error('a state cannot be read', { subject_id: row.subjectId });
      return undefined;
    }
  }

  return async function loadStates(query, people, locked) {
    const states = new Map<string, StateVersion>();
    for (const subjectId of locked ? [] : people.keys()) {
      const cached = cache.get(subjectId);
      if (cached) states.set(subjectId, cached);
    }
    const missing = [...people.keys()].filter((subjectId) => !states.has(subjectId)).sort();
    if (missing.length === 0) return states;
    if (locked) await store.makeRows(query, missing);
    const rows = await store.states(query, missing, locked);
    const lost = new Map<string, number>(missing.map((subjectId) => [subjectId, 0]));
    for (const row of rows) {
      const person = people.get(row.subjectId);
      const found = person && row.state.length > 0 ? read(row, person) : undefined;
      if (found) states.set(row.subjectId, found);
      if (found) lost.delete(row.subjectId);
      else lost.set(row.subjectId, row.version);
    }
    const known = await decidedBefore(query, [...lost.keys()]);
    for (const [subjectId, version] of lost) {
      const person = people.get(subjectId);
      if (!person) continue;
      const fresh = { version, policyVersion: null, state: initialState };
      states.set(subjectId, known.has(subjectId) ? await rebuild(query, person, version) : fresh);
    }
    return states;
  };
}
