import { measured, randomName, testMorning } from '@bridge/testing';
import { loadRuleFile } from '@bridge/decision-store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replay, replayCommand } from '../replay.ts';
import { verifyStates, type PersonFault } from '../verify-states.ts';
import { openStoredDecisions, type StoredDecisions } from './stored-decisions.ts';

const rulesPath = new URL('../../../config/neuros.yaml', import.meta.url).pathname;

let stored: StoredDecisions;
let offset = 0;

beforeAll(async () => {
  stored = await openStoredDecisions();
});
afterAll(() => stored.close());
beforeEach(async () => {
  await stored.owner.query('truncate neuros_checkpoints, cognition.snapshots, biometric_events');
});

/** A calm morning, an overload ten minutes later, and its end: in pattern, in reflex from minute 10 on. */
async function story(user = randomName('user')) {
  const subjectId = await stored.decideAll(
    [measured(user, 0, 60, 85), measured(user, 10, 25, 65), measured(user, 20, 24, 64)].map((event) => ({
      event,
      place: { partition: 0, offset: offset++ },
    })),
  );
  return { user, subjectId };
}

async function verify() {
  const faults: PersonFault[] = [];
  return { result: await verifyStates(stored.archive, (fault) => faults.push(fault)), faults };
}

describe('verify', () => {
  it('finds nothing where nothing is wrong, and counts alerts and the time in each mode', async () => {
    await story();
    await story();
    const { result, faults } = await verify();
    expect(faults).toEqual([]);
    expect(result).toMatchObject({
      ...{ persons: 2, olderPolicy: 0, steps: 6, differences: {} },
      alerts: { 'stress_overload info': 2 },
      shares: { pattern: 0.5, reflex: 0.5 },
    });
    expect(result.signals).toBeGreaterThan(0);
  });

  const damages: Record<string, [sql: string, difference: string]> = {
    'a mode that the state does not have': ["mode = 'guardian'", 'column mode'],
    'another number of decisions': ['seq = seq + 1', 'column seq'],
    'no due time': ['next_due = null', 'column next_due'],
    'a due time that is too late': ["next_due = next_due + interval '1 minute'", 'column next_due'],
    'a state that cannot be read': [`state = '\\x01020304'`, 'unreadable (sealed_value_rejected)'],
  };
  it.each(Object.entries(damages))('names a person with %s, and goes on', async (_name, [change, kind]) => {
    const people = [await story(), await story(), await story()];
    const sorted = people.map(({ subjectId }) => subjectId).sort();
    const [first = ''] = sorted;
    await stored.owner.query(`update neuros_checkpoints set ${change} where thread_id = $1`, [first]);
    const { result, faults } = await verify();
    expect(faults).toEqual([{ subjectId: first, differences: [kind] }]);
    expect(result).toMatchObject({ persons: 3, differences: { [kind]: 1 } });
    expect(result.steps).toBeGreaterThanOrEqual(6);
  });

  it('a due time that is too early is none: the rules may have changed', async () => {
    const { subjectId } = await story();
    await stored.owner.query(
      `update neuros_checkpoints set next_due = now() - interval '9 years' where thread_id = $1`,
      [subjectId],
    );
    expect((await verify()).faults).toEqual([]);
  });

  it('names persons whose key cannot be unwrapped, whose events are lost or whose snapshot is gone', async () => {
    const [keyless, eventless, baseless, fine] = [await story(), await story(), await story(), await story()];
    await stored.owner.query(
      `update keys.subject_keys set wrapped = decode(repeat('00', 60), 'hex') where subject_id = $1`,
      [keyless.subjectId],
    );
    await stored.owner.query('delete from biometric_events where subject_id = $1 and seq = 2', [
      eventless.subjectId,
    ]);
    await stored.owner.query('delete from cognition.snapshots where subject_id = $1', [baseless.subjectId]);
    stored.vault.forget([keyless.subjectId, fine.subjectId]);
    const { result, faults } = await verify();
    const named = new Map(faults.map(({ subjectId, differences }) => [subjectId, differences.join(', ')]));
    expect(named.get(keyless.subjectId)).toMatch(/^unreadable \(\w+\)$/);
    expect(named.get(eventless.subjectId)).toMatch(/^seq_gap, state, transitions/);
    expect(named.get(baseless.subjectId)).toBe('no_snapshot');
    expect(named.has(fine.subjectId)).toBe(false);
    expect(result.persons).toBe(4);
  });

  it('leaves persons out whom this policy did not decide yet', async () => {
    await story();
    await stored.owner.query(`update neuros_checkpoints set policy_version = 2`);
    expect((await verify()).result).toMatchObject({ persons: 1, olderPolicy: 1, steps: 0, differences: {} });
  });
});

describe('replay', () => {
  const later = testMorning + 30 * 60_000;
  async function replayed(user: string, from = 0) {
    const lines: string[] = [];
    const { rules } = await loadRuleFile(rulesPath);
    const isFound = await replay(stored.archive, { user, from, rules, others: undefined }, later, (line) =>
      lines.push(line),
    );
    return { isFound, lines };
  }

  it('prints switches, alerts and the time in each mode, before and after', async () => {
    const { user } = await story();
    const { lines } = await replayed(user);
    expect(lines.map((line) => line.slice(0, 1))).toEqual(['=', '=', 'b', 'a', '3']);
    expect(lines[2]).toBe('before  alerts: 1 × stress_overload info; time: pattern 33.3 %, reflex 66.7 %');
    expect(lines[3]?.slice(8)).toBe(lines[2]?.slice(8));
    expect(lines[4]).toBe('3 events; 0 differences');
  });

  it('shows switches from an instant on, whatever the offset it is written with', async () => {
    const { user } = await story();
    const { lines } = await replayed(user, testMorning + 5 * 60_000);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('pattern → reflex');
  });

  it('says where nothing is stored of a person', async () => {
    expect(await replayed('nobody')).toEqual({
      isFound: false,
      lines: ['Nothing is stored of this person that this policy decided.'],
    });
  });

  it.each([
    [['--from', 'yesterday'], 'It must be a date'],
    [['--config', '/nowhere/neuros.yaml'], 'cannot read the rules from /nowhere/neuros.yaml'],
    [['--against', '/nowhere/neuros.yaml'], 'cannot read the rules from /nowhere/neuros.yaml'],
  ])('refuses %j with a sentence', async (args, message) => {
    const command = replayCommand({}, undefined as never, () => undefined).exitOverride();
    command.configureOutput({ writeErr: () => undefined });
    await expect(command.parseAsync(['--user', 'ada', ...args], { from: 'user' })).rejects.toThrow(message);
  });
});
