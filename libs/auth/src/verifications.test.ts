import { CodedError } from '@bridge/core';
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createVerifications } from './verifications.ts';

type Principal = { name: string };
const unreachable = new CodedError('timeout', 'transient', 'down');
const tick = () => new Promise((resolve) => setImmediate(resolve));

/** A database of principals that counts what it is asked, a clock that stands still, and what is under test. */
function setUp() {
  const rows = new Map<string, Principal>();
  const state = { now: 1_000_000, questions: [] as number[], failure: undefined as Error | undefined };
  const verify = createVerifications<Principal>({
    now: () => state.now,
    timeoutMs: 10_000,
    async lookup(hashes) {
      state.questions.push(hashes.length);
      await tick();
      if (state.failure) throw state.failure;
      const known = hashes.map((hash) => hash.toString('hex')).filter((hash) => rows.has(hash));
      return new Map(known.map((hash) => [hash, rows.get(hash) ?? { name: '' }]));
    },
  });
  const key = (name: string) => {
    const hash = randomBytes(32);
    rows.set(hash.toString('hex'), { name });
    return hash;
  };
  return { state, rows, verify, key };
}

describe('while the database answers', () => {
  test('many requests with one key ask once', async () => {
    const { verify, key, state } = setUp();
    const ada = key('ada');
    const found = await Promise.all(Array.from({ length: 100 }, () => verify(ada)));
    expect(found.every((principal) => principal?.name === 'ada')).toBe(true);
    expect(await verify(ada)).toEqual({ name: 'ada' });
    expect(state.questions).toEqual([1]);
  });

  test('a removed key counts for less than a second', async () => {
    const { verify, key, rows, state } = setUp();
    const ada = key('ada');
    await verify(ada);
    rows.clear();
    state.now += 799;
    expect(await verify(ada)).toEqual({ name: 'ada' });
    await tick();
    await tick();
    expect(await verify(ada)).toBeUndefined();
  });

  test('a key in use is renewed before it lapses, so nobody waits', async () => {
    const { verify, key, state } = setUp();
    const ada = key('ada');
    await verify(ada);
    state.now += 500;
    await verify(ada);
    await tick();
    await tick();
    state.now += 500;
    state.failure = new Error('nobody should wait for this');
    expect(await verify(ada)).toEqual({ name: 'ada' });
  });

  test('an unknown key is remembered for a moment and found once it exists', async () => {
    const { verify, rows, state } = setUp();
    const early = randomBytes(32);
    expect(await verify(early)).toBeUndefined();
    expect(await verify(early)).toBeUndefined();
    expect(state.questions).toEqual([1]);
    rows.set(early.toString('hex'), { name: 'late' });
    state.now += 800;
    expect(await verify(early)).toEqual({ name: 'late' });
  });

  test('a flood of guesses asks in few batches and pushes out no good key', async () => {
    const { verify, key, state } = setUp();
    const ada = key('ada');
    await verify(ada);
    for (let wave = 0; wave < 4; wave += 1) {
      await Promise.all(Array.from({ length: 4_000 }, () => verify(randomBytes(32))));
    }
    expect(state.questions.length).toBeLessThan(50);
    const asked = state.questions.length;
    expect(await verify(ada)).toEqual({ name: 'ada' });
    expect(state.questions.length).toBe(asked);
  });

  test('past what can wait, a guess gets a transient error instead of memory', async () => {
    const { verify } = setUp();
    const results = await Promise.allSettled(Array.from({ length: 8_000 }, () => verify(randomBytes(32))));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(2_000);
    expect(refused[0]?.reason).toMatchObject({ code: 'auth_busy', retry: 'transient' });
  });
});

test('a flood of guesses does not keep a revoked key alive', async () => {
  const { verify, key, rows, state } = setUp();
  const ada = key('ada');
  await verify(ada);
  rows.clear();
  state.now += 900;
  const guesses = Promise.allSettled(Array.from({ length: 8_000 }, () => verify(randomBytes(32))));
  expect(await verify(ada)).toBeUndefined();
  await guesses;
});

describe('while the database cannot be reached', () => {
  test('a known key counts for ten minutes, then the caller gets a transient error', async () => {
    const { verify, key, state } = setUp();
    const ada = key('ada');
    await verify(ada);
    state.failure = unreachable;
    state.now += 10 * 60_000 - 1;
    expect(await verify(ada)).toEqual({ name: 'ada' });
    state.now += 1;
    await expect(verify(ada)).rejects.toBe(unreachable);
  });

  test('an unknown key gets a transient error, not a refusal', async () => {
    const { verify, state } = setUp();
    state.failure = unreachable;
    await expect(verify(randomBytes(32))).rejects.toBe(unreachable);
  });

  test('a revocation works as soon as it is back', async () => {
    const { verify, key, rows, state } = setUp();
    const ada = key('ada');
    await verify(ada);
    state.failure = unreachable;
    state.now += 5_000;
    expect(await verify(ada)).toEqual({ name: 'ada' });
    rows.clear();
    state.failure = undefined;
    state.now += 1_000;
    expect(await verify(ada)).toBeUndefined();
  });

  test('a database that hangs is asked with a time limit', async () => {
    const never = createVerifications({
      lookup: () => new Promise<Map<string, Principal>>(() => undefined),
      now: () => 0,
      timeoutMs: 20,
    });
    await expect(never(randomBytes(32))).rejects.toMatchObject({ code: 'auth_timeout', retry: 'transient' });
  });

  test('an error that waiting does not mend is not hidden behind an old answer', async () => {
    const { verify, key, state } = setUp();
    const ada = key('ada');
    await verify(ada);
    state.failure = new Error('permission denied');
    state.now += 5_000;
    await expect(verify(ada)).rejects.toThrow('permission denied');
  });
});
