import { createTestDatabase, measured, randomName, testMorning, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide, recompute, requireRules, describeDecision, describeTransition } from '@bridge/mode-policy';
import {
  rebuildState,
  decisionOn,
  newestTransitions,
  switchesOf,
  createKeptRules,
  keepRuleSet,
  unsealState,
  unsealedState,
} from '@bridge/decision-store';
import { sealWith } from '@bridge/vault';
import { eventsTopic, openWorker, rulesSource, type Worker } from './open-worker.ts';

let database: TestDatabase;
let worker: Worker;
let offset = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = await openWorker(database.urlFor('cognition'));
  await worker.positions.start(eventsTopic, 1, 0, 'cluster');
});
afterAll(async () => {
  await worker.postgres.close();
  await database.close();
});

const day = 24 * 60;

/** Decides RMSSD and readiness, `minute` minutes after seven. Returns the event's id. */
async function tell(user: string, minute: number, rmssd: number, readiness: number): Promise<string> {
  const event = measured(user, minute, rmssd, readiness);
  await worker.decide([worker.ownMessage({ partition: 1, offset: offset++ }, event)]);
  return event.event_id;
}

async function personOf(user: string) {
  const person = (await worker.vault.find([user])).get(user);
  if (!person || person.erased) throw new Error('no such person');
  return person;
}

async function stateOf(user: string) {
  const person = await personOf(user);
  const [row] = await worker.postgres.query<{ state: Buffer }>(
    'select state from neuros_checkpoints where thread_id = $1',
    [person.subjectId],
  );
  if (!row) throw new Error('no state');
  return unsealState(row.state, person);
}

async function snapshotsOf(user: string) {
  const { subjectId } = await personOf(user);
  return worker.postgres.query<{ seq: number; policy: number; full: boolean }>(
    `select seq, policy_version policy, state is not null "full" from cognition.snapshots
      where subject_id = $1 order by seq`,
    [subjectId],
  );
}

const rebuilt = async (user: string) =>
  rebuildState(worker.postgres.query, createKeptRules(worker.postgres.query), await personOf(user));

/** Runs with changed rules; those before hold again afterwards. */
async function under(change: readonly [from: string, to: string], run: () => Promise<unknown>) {
  const before = worker.active.rules;
  const source = rulesSource.replace(...change);
  expect(source).not.toBe(rulesSource);
  const file = { rules: requireRules(source, 'changed.yaml'), source };
  worker.active.rules = await keepRuleSet(worker.postgres.query, file);
  try {
    await run();
  } finally {
    worker.active.rules = before;
  }
}

describe('a snapshot', () => {
  /** A state as policy version 2 stored it, with an open alert. */
  const older = (now: number) =>
    JSON.stringify({ format: 2, mode: 'reflex', since: now, seq: 2, now, alert: 'a'.repeat(32), holds: [] });

  it.each(['an event', 'a tick'])(
    'begins with the first decision under this policy, on %s',
    async (cause) => {
      const user = randomName('user');
      await tell(user, 0, 45, 80);
      await tell(user, 10, 25, 65);
      const person = await personOf(user);
      const { key, plaintext, place } = unsealedState(older(testMorning + 600_000), person);
      await worker.postgres.query(
        'update neuros_checkpoints set state = $2, policy_version = 2, next_due = to_timestamp($3) where thread_id = $1',
        [person.subjectId, sealWith(key, plaintext, place), testMorning / 1_000],
      );
      await worker.postgres.query('update cognition.snapshots set policy_version = 2 where subject_id = $1', [
        person.subjectId,
      ]);
      worker.handler.forget();
      const offered = worker.offered.length;
      if (cause === 'an event') await tell(user, 20, 44, 82);
      else await worker.decideDue(testMorning + 20 * 60_000);
      expect(worker.offered.slice(offered).map(({ message }) => message.topic)).toContain('biometric.alerts');
      const current = worker.active.rules.rules.policyVersion;
      expect((await snapshotsOf(user)).at(-1)).toEqual({ seq: 3, policy: current, full: true });
      const state = await stateOf(user);
      expect(state).toMatchObject({ mode: 'pattern', upgrade: null, alerts: [] });
      expect(state.lanes.length).toBeGreaterThan(0);
      const again = await rebuilt(user);
      expect(again?.state).toEqual(state);
      await tell(user, 30, 24, 60);
      expect((await rebuilt(user))?.state).toEqual(await stateOf(user));
    },
  );

  it('is taken every thirty days, and a lost state comes out of it identical', async () => {
    const user = randomName('user');
    for (let nr = 0; nr <= 31; nr += 1) await tell(user, nr * day, 45 + (nr % 3), 80);
    const taken = await snapshotsOf(user);
    expect(taken.filter(({ full }) => full).length).toBeGreaterThan(0);
    const again = await rebuilt(user);
    expect(again?.steps).toBeLessThan(33);
    expect(again?.state).toEqual(await stateOf(user));
  });
});

describe('explain', () => {
  it('recomputes a switch by the rules that made it, whatever the file says now', async () => {
    const user = randomName('user');
    await under(['without_usual_below: 30', 'without_usual_below: 20'], async () => {
      await tell(user, 0, 45, 80);
      await tell(user, 10, 19, 60);
    });
    const { query } = worker.postgres;
    const found = await newestTransitions(query, worker.vault, 1_000);
    const [newest] = found.filter(
      ({ person, recorded }) => person.userId === user && recorded.transition?.to === 'reflex',
    );
    if (!newest) throw new Error('no switch was recorded');
    expect(newest.recorded).toMatchObject({
      confidence: newest.recorded.transition?.confidence,
      analysis: { source: 'oura', signals: 2, unused: [] },
    });
    const rules = await createKeptRules(query).byHash(newest.ruleHash);
    expect(rules.hash).not.toBe(worker.active.rules.rules.hash);
    expect(recompute(newest.recorded, user, rules)).toEqual({ kind: 'identical' });
    const older = recompute(newest.recorded, user, undefined);
    expect(older).toEqual({ kind: 'older_policy', policyVersion: worker.active.rules.rules.policyVersion });
    expect(describeTransition(newest.recorded, older)).toMatch(/policy version \d+ is not in this code/);
  });

  it('says why an event switched nothing', async () => {
    const user = randomName('user');
    await tell(user, 0, 25, 65);
    const held = await tell(user, 1, 24, 64);
    await tell(user, 2, 60, 90);
    const { query } = worker.postgres;
    const found = await decisionOn(query, worker.vault, held);
    expect(found?.seq).toBe(2);
    const again = await rebuildState(query, createKeptRules(query), await personOf(user), { upTo: 2 });
    const step = again?.lastStep;
    const decision = step && decide(step.before, step.command, step.rules).at(-1);
    if (!decision) throw new Error('nothing was decided');
    expect(decision.transition).toBeNull();
    expect(describeDecision(decision)).toMatch(
      new RegExp(`^reflex stays, at .*, by event ${held}\\nfired +\\w`),
    );
    expect(await decisionOn(query, worker.vault, '0'.repeat(32))).toBeUndefined();
  });
});

it('a replay is compared with what happened, ticks included', async () => {
  const user = randomName('user');
  await tell(user, 0, 25, 65);
  await worker.decideDue(testMorning + 3 * 3_600_000);
  const switches = await switchesOf(worker.postgres.query, await personOf(user));
  expect(switches.map(({ from, to }) => `${from ?? 'none'} → ${to}`)).toEqual([
    'none → reflex',
    'reflex → pattern',
  ]);
});
