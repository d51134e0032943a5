import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { BiometricEvent } from '@bridge/contracts';
import {
  contentHashOf,
  createDecisionStore,
  eventRow,
  objectKeyOf,
  sealColumns,
  unsealedState,
  type EventRow,
  type ObjectRow,
} from '@bridge/decision-store';
import { createEventKeys, type Postgres } from '@bridge/postgres';
import type { LiveSubject, Sealing, Vault } from '@bridge/vault';
import type { UpgradedPerson } from './people.ts';

export type Version2Deps = {
  readonly postgres: Postgres;
  readonly vault: Vault;
  readonly sealing: Sealing;
};

const rowsAtOnce = 2_000;

/**
 * Stores what version 2 of the policy left behind: its rule set, every event with its key and number, corrected objects, and
 * the person's state in its form. Returns a function that does so for one person and gives the number of events.
 */
export async function createVersion2Writer({ postgres, vault, sealing }: Version2Deps) {
  const store = createDecisionStore({ eventKeys: createEventKeys('cognition') });
  const [row] = await postgres.query<{ nr: number }>(
    `insert into rule_sets (hash, policy_version, source) values ($1, 2, 'policy_version: 2') returning nr`,
    [randomBytes(32)],
  );
  if (!row) throw new Error('the rule set of version 2 was not stored');
  const rules = row.nr;

  async function write(
    rows: { events: EventRow[]; objects: ObjectRow[]; hashes: string[] },
    state?: StateOf,
  ) {
    const { events, objects, hashes } = rows;
    const keys = events.map(({ eventId }, index) => ({ key: eventId, contentHash: hashes[index] ?? '' }));
    const batch = {
      ...{ keys, events, objects, ticks: [], transitions: [], snapshots: [], insights: [] },
      states: state === undefined ? [] : [state],
    };
    const sealed = await sealColumns(sealing, batch);
    await postgres.transaction((tx) => tx.pipelineAndCommit(store.statementsOf(batch, sealed, false)));
  }

  return async function storePerson(one: UpgradedPerson, events: Iterable<BiometricEvent>): Promise<number> {
    const person = (await vault.subjectsFor([one.userId])).get(one.userId);
    if (!person || person.erased) throw new Error('a person of the proof was erased');
    let [seq, now] = [0, 0];
    const newRows = () => ({
      events: [] as EventRow[],
      hashes: [] as string[],
      objects: new Map<string, ObjectRow>(),
    });
    let rows = newRows();
    const flush = (state?: StateOf) =>
      write({ ...rows, objects: [...rows.objects.values()] }, state).then(() => {
        rows = newRows();
      });
    for (const event of events) {
      seq += 1;
      now = Date.parse(event.received_at);
      const objectKey = event.version === 0 ? null : (objectKeyOf(event) ?? null);
      // Where version 2 read them is not recorded; any place does.
      const origin = { partition: 0, offset: seq };
      const stored = eventRow({ event, json: undefined, objectKey, origin }, seq, rules, person);
      rows.events.push(stored);
      rows.hashes.push(contentHashOf(event));
      if (objectKey !== null) {
        const { subjectId, version, eventId, time } = stored;
        if ((rows.objects.get(objectKey)?.version ?? 0) < version)
          rows.objects.set(objectKey, { objectKey, subjectId, version, eventId, time });
      }
      if (rows.events.length >= rowsAtOnce) await flush();
    }
    await flush(stateOf(one, person, { seq, now }));
    return seq;
  };
}

/** As many at a time as there are cores for: sealing has a thread of its own. */
export const personsAtOnce = availableParallelism();

type StateOf = ReturnType<typeof stateOf>;

/** A row of `neuros_checkpoints` and its state as version 2 wrote them. */
function stateOf(
  { mode, alertId }: UpgradedPerson,
  person: LiveSubject,
  { seq, now }: { readonly seq: number; readonly now: number },
) {
  const state = {
    format: 2,
    mode,
    since: now - 3_600_000,
    seq,
    now,
    zone: [0, 0],
    sources: [],
    newest: [],
    devices: [],
    activities: [],
    lanes: [],
    holds: [],
    ending: null,
    others: 0,
    alert: alertId,
    doubts: [],
    nights: '',
    rises: '',
  };
  return {
    ...{ subjectId: person.subjectId, version: 1, seq, mode, policyVersion: 2 },
    ...{ modeSince: now - 3_600_000, lastEventAt: null },
    nextDue: mode === 'pattern' ? null : now + 3_600_000,
    state: unsealedState(JSON.stringify(state), person),
  };
}
