import { silentLog } from '@bridge/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBell } from '../deliveries/bell.ts';
import { startPlanner } from './start-planner.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const clock = () => vi.getMockedSystemTime()?.getTime() ?? 0;

/** A planner of persons who are due at these times; `held` ones are planned by another process. */
function start(given: readonly number[]) {
  const bell = createBell();
  const due = new Map(given.map((at, nr) => [`person ${nr}`, at]));
  const state = {
    ...{ looks: 0, held: false, failing: false, passMs: 0, passes: 0, most: 0, overlap: true },
  };
  const plannedAt: number[] = [];
  const claimed = new Set<string>();
  const planner = startPlanner({
    nextDue(except) {
      state.looks += 1;
      const times = [...due].filter(([person]) => !except.includes(person)).map(([, at]) => at);
      return Promise.resolve(times.length === 0 ? null : Math.min(...times));
    },
    async planDueGroups(onClaimed) {
      if (state.held) return 0;
      const own = [...due]
        .filter(([person, at]) => at <= clock() && !claimed.has(person))
        .map(([person]) => person);
      if (own.length === 0) return 0;
      for (const person of own) claimed.add(person);
      onClaimed?.(own);
      plannedAt.push(...own.map(() => clock() - 1_000_000));
      state.passes += 1;
      state.most = Math.max(state.most, state.passes);
      if (state.passMs > 0) await new Promise((resolve) => setTimeout(resolve, state.passMs));
      state.passes -= 1;
      for (const person of own) claimed.delete(person);
      if (state.failing) throw new Error('the database is away');
      for (const person of own) due.delete(person);
      return own.length;
    },
    mayOverlap: () => state.overlap,
    refresh: () => Promise.resolve(),
    bell,
    now: clock,
    log: silentLog,
  });
  return {
    state,
    plannedAt,
    makeDue: (at: number) => {
      due.set(`person ${due.size + 100 + plannedAt.length}`, at);
      bell.ring();
    },
    bell,
    close: async () => {
      const closed = planner.close();
      await vi.runAllTimersAsync();
      await closed;
    },
  };
}

test('plans a person when the wait is over, and not at the next look', async () => {
  const { plannedAt, close } = start([1_000_100, 1_000_137]);
  await vi.advanceTimersByTimeAsync(200);
  expect(plannedAt).toEqual([100, 137]);
  await close();
});

test('a person who becomes due earlier than before is planned then', async () => {
  const { plannedAt, makeDue, close } = start([1_000_400]);
  await vi.advanceTimersByTimeAsync(10);
  makeDue(1_000_050);
  await vi.advanceTimersByTimeAsync(100);
  expect(plannedAt).toEqual([50]);
  await close();
});

test('a look that finds nobody claims nobody', async () => {
  const { state, plannedAt, bell, close } = start([]);
  state.held = true;
  for (let nr = 0; nr < 5; nr += 1) {
    bell.ring();
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(state.looks).toBeGreaterThanOrEqual(5);
  expect(plannedAt).toEqual([]);
  await close();
});

test('waits a little while another process plans those who are due', async () => {
  const { state, plannedAt, close } = start([1_000_000]);
  state.held = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.looks).toBeLessThan(50);
  state.held = false;
  await vi.advanceTimersByTimeAsync(30);
  expect(plannedAt).toHaveLength(1);
  await close();
});

test('whoever becomes due while a pass waits is planned by a second one, and by no third', async () => {
  const { state, plannedAt, makeDue, close } = start([1_000_000]);
  state.passMs = 50;
  await vi.advanceTimersByTimeAsync(10);
  makeDue(1_000_010);
  await vi.advanceTimersByTimeAsync(10);
  makeDue(1_000_020);
  await vi.advanceTimersByTimeAsync(100);
  expect(plannedAt).toEqual([0, 10, 50]);
  expect(state.most).toBe(2);
  await close();
});

test('one pass at a time while it is searched whose rows cannot be written', async () => {
  const { state, plannedAt, makeDue, close } = start([1_000_000]);
  Object.assign(state, { passMs: 50, overlap: false });
  await vi.advanceTimersByTimeAsync(10);
  makeDue(1_000_010);
  await vi.advanceTimersByTimeAsync(100);
  expect(plannedAt).toEqual([0, 50]);
  await close();
});

test('pauses after a failure, and goes on', async () => {
  const { state, plannedAt, close } = start([1_000_000]);
  state.failing = true;
  await vi.advanceTimersByTimeAsync(2_500);
  expect(plannedAt).toEqual([0, 1_000, 2_000]);
  state.failing = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(plannedAt).toHaveLength(4);
  await close();
});

test('closes when its passes have ended', async () => {
  const { state, plannedAt, close } = start([1_000_000]);
  state.passMs = 50;
  await vi.advanceTimersByTimeAsync(10);
  await close();
  expect([plannedAt.length, state.passes]).toEqual([1, 0]);
});
