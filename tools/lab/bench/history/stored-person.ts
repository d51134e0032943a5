import { createHash } from 'node:crypto';
import { utc, type BiometricEvent, type Reading } from '@bridge/contracts';
import {
  createDecisionStore,
  eventRow,
  sealColumns,
  unsealedState,
  type ActiveRules,
  type BatchRows,
} from '@bridge/decision-store';
import { collectKnown, decide, evolve, initialState, signalsOf, storeState } from '@bridge/mode-policy';
import { createEventKeys, type Postgres } from '@bridge/postgres';
import { startSealing, type LiveSubject, type Vault } from '@bridge/vault';

export type PersonStore = {
  readonly person: LiveSubject;
  /** Decides the person's next events and stores them with the state, in one transaction. */
  readonly add: (events: readonly BiometricEvent[]) => Promise<void>;
  readonly close: () => void | Promise<void>;
};

type Deps = { readonly postgres: Postgres; readonly vault: Vault; readonly active: ActiveRules };

/** A person whose events are decided without the service, as far as a history reads them. */
export async function storePerson(userId: string, { postgres, vault, active }: Deps): Promise<PersonStore> {
  const person = (await vault.subjectsFor([userId])).get(userId);
  if (!person || person.erased) throw new Error('The person was not stored.');
  const store = createDecisionStore({ eventKeys: createEventKeys('cognition') });
  const sealing = startSealing({
    onLost: (error) => {
      throw error;
    },
  });
  const { rules, nr } = active;
  const known = collectKnown();
  let [state, version] = [initialState, 0];

  async function add(events: readonly BiometricEvent[]): Promise<void> {
    const rows: BatchRows['events'][number][] = [];
    for (const event of events) {
      const signals = signalsOf(event, rules);
      state = evolve(state, decide(state, { kind: 'event', event, signals, known }, rules));
      rows.push(
        eventRow(
          { event, json: undefined, objectKey: null, origin: { partition: 0, offset: state.seq } },
          state.seq,
          nr,
          person as LiveSubject,
        ),
      );
    }
    version += 1;
    const batch: BatchRows = {
      ...{ keys: [], snapshots: [], ticks: [], objects: [], transitions: [], insights: [], events: rows },
      states: [
        {
          ...{ subjectId: (person as LiveSubject).subjectId, version, seq: state.seq, mode: state.mode },
          ...{ modeSince: state.since, lastEventAt: state.now, nextDue: null },
          policyVersion: rules.policyVersion,
          state: unsealedState(storeState(state), person as LiveSubject),
        },
      ],
    };
    const sealed = await sealColumns(sealing, batch);
    await postgres.transaction((tx) => tx.pipelineAndCommit(store.statementsOf(batch, sealed, true)));
  }

  return { person, add, close: () => sealing.close() };
}

/** An event of one device with a stable id. */
export function historyEvent(
  userId: string,
  at: number,
  event_type: string,
  readings: readonly Reading[],
): BiometricEvent {
  const hash = createHash('sha256').update(`${userId} ${event_type} ${at}`).digest('hex');
  return {
    event_id: hash.slice(0, 32),
    user_id: userId,
    device_id: 'device',
    source: 'apple',
    event_type,
    timestamp: utc(at),
    received_at: utc(at),
    version: 0,
    operation: 'upsert',
    readings: [...readings],
    provenance: {
      object_kind: 'content',
      reported: 'sensed',
      content_hash: hash,
      raw_sha256: hash,
      flags: [],
    },
  };
}
