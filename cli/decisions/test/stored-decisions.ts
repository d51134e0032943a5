import { randomBytes } from 'node:crypto';
import type { BiometricEvent } from '@bridge/contracts';
import {
  contentHashOf,
  createDecisionStore,
  createKeptRules,
  eventRow,
  keepRuleSet,
  loadRuleFile,
  sealColumns,
  snapshotRow,
  transitionRow,
  unsealedState,
  type Archive,
  type BatchRows,
} from '@bridge/decision-store';
import {
  collectKnown,
  decide,
  evolve,
  initialState,
  nextDue,
  signalsOf,
  storeState,
  type PersonState,
} from '@bridge/mode-policy';
import { createEventKeys } from '@bridge/postgres';
import { createTestDatabase, testMorning } from '@bridge/testing';
import { createVault, parseKey, parseKeyList, startSealing } from '@bridge/vault';

const rulesPath = new URL('../../../config/neuros.yaml', import.meta.url).pathname;
const key = () => randomBytes(32).toString('base64');

export type Place = { readonly partition: number; readonly offset: number };
type StoredEvent = { readonly event: BiometricEvent; readonly place: Place };

/** A database with decisions as cognition stores them, and the archive that reads it. */
export async function openStoredDecisions() {
  const database = await createTestDatabase();
  const postgres = database.connect('cognition');
  const owner = database.connect('owner', 1);
  const { query } = postgres;
  const secrets = { LANGGRAPH_AES_KEY: `test:${key()}`, BRIDGE_INDEX_KEY: key() };
  const vault = createVault({
    query,
    kek: parseKeyList(secrets.LANGGRAPH_AES_KEY),
    indexKey: parseKey(secrets.BRIDGE_INDEX_KEY),
    cacheSize: 100,
  });
  const sealing = startSealing({
    onLost: (error) => {
      throw error;
    },
  });
  const { rules, nr } = await keepRuleSet(query, await loadRuleFile(rulesPath));
  const store = createDecisionStore({ eventKeys: createEventKeys('cognition') });
  const archive: Archive = {
    query: owner.query,
    vault,
    kept: createKeptRules(query),
    close: () => undefined,
  };

  /** Decides all of a person's events and stores the results. Returns the person's subject id. */
  async function decideAll(events: readonly StoredEvent[]): Promise<string> {
    const userId = events[0]?.event.user_id ?? '';
    const person = (await vault.subjectsFor([userId])).get(userId);
    if (!person || person.erased) throw new Error('no such person');
    const known = collectKnown();
    const rows: { -readonly [Name in keyof BatchRows]: BatchRows[Name][number][] } = {
      ...{ keys: [], states: [], events: [], ticks: [], objects: [], transitions: [], insights: [] },
      snapshots: [snapshotRow(null, 0, testMorning, rules.policyVersion, person)],
    };
    let state: PersonState = initialState;
    for (const { event, place } of events) {
      const decisions = decide(
        state,
        { kind: 'event', event, signals: signalsOf(event, rules), known },
        rules,
      );
      for (const decision of decisions) {
        const { cause, transition } = decision;
        const isTick = 'due' in cause;
        if (isTick) {
          const { seq } = decision.state;
          rows.ticks.push({ subjectId: person.subjectId, seq, due: Date.parse(cause.due), rules: nr });
        }
        const inputs = { event: isTick ? null : event, used: [] };
        if (transition) rows.transitions.push(transitionRow(decision, transition, inputs, person));
      }
      state = evolve(state, decisions);
      known.add(event);
      rows.keys.push({ key: event.event_id, contentHash: contentHashOf(event) });
      const given = { event, json: undefined, objectKey: null, origin: place };
      rows.events.push(eventRow(given, state.seq, nr, person));
    }
    rows.states.push({
      ...{ subjectId: person.subjectId, version: 1, seq: state.seq, mode: state.mode },
      modeSince: state.since,
      lastEventAt: null,
      nextDue: nextDue(state, rules),
      policyVersion: rules.policyVersion,
      state: unsealedState(storeState(state), person),
    });
    const sealed = await sealColumns(sealing, rows);
    await postgres.transaction((tx) => tx.pipelineAndCommit(store.statementsOf(rows, sealed, false)));
    return person.subjectId;
  }

  return {
    archive,
    owner,
    vault,
    decideAll,
    /** Settings with which commands find this database. */
    env: { POSTGRES_URL: database.adminUrl, ...secrets },
    close: async () => {
      await sealing.close();
      await postgres.close();
      await owner.close();
      await database.close();
    },
  };
}

export type StoredDecisions = Awaited<ReturnType<typeof openStoredDecisions>>;
