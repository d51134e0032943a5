import { alertStateSignalSchema, eventId, utc, type BiometricEvent } from '@bridge/contracts';
import {
  createKeptRules,
  eventsSince,
  rebuildState,
  transitionsNamed,
  unsealedState,
  unsealState,
} from '@bridge/decision-store';
import { recompute, upgradeOf } from '@bridge/mode-policy';
import type { Postgres } from '@bridge/postgres';
import { measured, randomName, testMorning } from '@bridge/testing';
import { sealWith } from '@bridge/vault';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventsTopic, openOwnedWorker, type Worker } from './open-worker.ts';

// A person whom version 2 of the policy decided, with rows as it left them.

let worker: Worker;
let owner: Postgres;
let close: () => Promise<void>;
let offset = 0;

beforeAll(async () => {
  ({ worker, owner, close } = await openOwnedWorker());
  await worker.positions.start(eventsTopic, 0, 0, 'cluster');
});
afterAll(() => close());

const dayMinutes = 24 * 60;
const alertId = 'a'.repeat(32);
const nightsBefore = 12;

async function decide(...events: readonly BiometricEvent[]): Promise<void> {
  await worker.decide(events.map((event) => worker.ownMessage({ partition: 0, offset: offset++ }, event)));
}

/** A night so many days before the morning of the test, as a vendor numbers its versions. */
function night(user: string, day: number, rmssd: number, version = 0): BiometricEvent {
  const event = measured(user, -day * dayMinutes, rmssd, 80);
  const object = { kind: 'vendor', id: `night-${day}` } as const;
  return {
    ...event,
    version,
    event_type: 'sleep',
    event_id: eventId({ source: event.source, userId: user, object, version }),
    received_at: version === 0 ? event.received_at : utc(testMorning + 3_600_000),
    readings: event.readings.map((reading) => ({ ...reading, statistic: 'average' as const })),
    provenance: { ...event.provenance, object_id: object.id, object_kind: object.kind },
  };
}

async function personOf(user: string) {
  const person = (await worker.vault.find([user])).get(user);
  if (!person || person.erased) throw new Error('no such person');
  return person;
}

async function stored(user: string) {
  const person = await personOf(user);
  const [row] = await owner.query<{ policy: number; seq: number; state: Buffer }>(
    'select policy_version policy, seq, state from neuros_checkpoints where thread_id = $1',
    [person.subjectId],
  );
  if (!row) throw new Error('no state');
  return { ...row, state: unsealState(row.state, person) };
}

/** Twelve nights, which version 2 decided. */
async function personOfVersion2(state: (sealed: Buffer) => Buffer = (sealed) => sealed) {
  const user = randomName('user');
  const nights = Array.from({ length: nightsBefore }, (_, nr) =>
    night(user, nightsBefore - nr, 45 + (nr % 5)),
  );
  await decide(...nights);
  const person = await personOf(user);
  const now = testMorning - dayMinutes * 60_000;
  const json = JSON.stringify({
    ...{ format: 2, mode: 'reflex', since: now - 60_000, seq: nightsBefore, now, alert: alertId, holds: [] },
  });
  const { key, plaintext, place } = unsealedState(json, person);
  await owner.query('update neuros_checkpoints set policy_version = 2, state = $2 where thread_id = $1', [
    person.subjectId,
    state(sealWith(key, plaintext, place)),
  ]);
  await owner.query('update cognition.snapshots set policy_version = 2 where subject_id = $1', [
    person.subjectId,
  ]);
  worker.handler.forget();
  return { user, person };
}

/** The person's state is the one that replays lead to, from the upgrade as well as from the last snapshot. */
async function expectReplayable(user: string): Promise<void> {
  const { state } = await stored(user);
  const kept = createKeptRules(owner.query);
  for (const from of ['beginning', 'last snapshot'] as const) {
    const rebuilt = await rebuildState(owner.query, kept, await personOf(user), { from });
    expect(rebuilt?.gaps, from).toBe(0);
    expect(rebuilt?.state, from).toEqual(state);
  }
}

it('an event decides it anew: the daily values are there, and the old alert is resolved', async () => {
  const { user } = await personOfVersion2();
  const offered = worker.offered.length;
  await decide(measured(user, 0, 46, 80));
  const { policy, seq, state } = await stored(user);
  expect([policy, seq]).toEqual([3, nightsBefore + 2]);
  expect(state.upgrade).toBeNull();
  expect(state.lanes.length).toBeGreaterThan(0);
  const alerts = worker.offered.slice(offered).flatMap(({ message }) => {
    const value = message.value?.subarray(5).toString() ?? '';
    return message.topic === 'biometric.alerts' ? [alertStateSignalSchema.parse(JSON.parse(value))] : [];
  });
  expect(alerts).toMatchObject([
    { alert_id: alertId, kind: 'mode.reflex', status: 'resolved', reason: 'policy_changed' },
  ]);
  await expectReplayable(user);
});

it('time alone decides it anew too', async () => {
  const { user, person } = await personOfVersion2();
  await owner.query('update neuros_checkpoints set next_due = to_timestamp(0) where thread_id = $1', [
    person.subjectId,
  ]);
  expect(await worker.decideDue(testMorning)).toBeGreaterThan(0);
  expect(await stored(user)).toMatchObject({ policy: 3, seq: nightsBefore + 1, state: { mode: 'pattern' } });
  await expectReplayable(user);
});

it('a correction of a night before the upgrade is replayed with what was known then', async () => {
  const { user } = await personOfVersion2();
  await decide(measured(user, 0, 46, 80));
  const before = (await stored(user)).state.lanes;
  await decide(night(user, 3, 70, 1));
  expect((await stored(user)).state.lanes).not.toEqual(before);
  await expectReplayable(user);
});

it('its first decision under this policy can be decided again from the stored events', async () => {
  const { user, person } = await personOfVersion2();
  await decide(measured(user, 0, 46, 80));
  // A late night is stored after the upgrade, and was not part of it.
  await decide(night(user, 20, 44));
  const [row] = await owner.query<{ id: Buffer }>(
    `select transition_id id from cognitive_mode_transitions where subject_id = $1 and reason = 'policy_changed'`,
    [person.subjectId],
  );
  const [found] = await transitionsNamed(owner.query, worker.vault, row?.id.toString('hex') ?? '');
  const range = found && upgradeOf(found.recorded.before);
  if (!found || !range) throw new Error('the upgrade was not recorded');
  const history = await eventsSince(owner.query, person, range, found.recorded.before.seq);
  expect(history).toHaveLength(nightsBefore);
  const { rules } = worker.active.rules;
  expect(recompute(found.recorded, user, rules, history)).toEqual({ kind: 'identical' });
});

it('a state of version 2 that cannot be read begins anew, and the numbers of decisions go on', async () => {
  const { user } = await personOfVersion2(() => Buffer.from('01020304', 'hex'));
  await decide(measured(user, 0, 46, 80));
  const { policy, seq, state } = await stored(user);
  expect([policy, seq]).toEqual([3, nightsBefore + 2]);
  expect(state.lanes.length).toBeGreaterThan(0);
  await expectReplayable(user);
});
