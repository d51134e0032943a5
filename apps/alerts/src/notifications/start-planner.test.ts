import { silentLog } from '@bridge/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBell } from '../deliveries/bell.ts';
import { startPlanner } from './start-planner.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const clock = () => vi.getMockedSystemTime()?.getTime() ?? 0;

/** A planner of persons who are due at these times; `held` ones are planned by another process. */
function start(given: readonly number[]) {
  const due = [...given];
  const bell = createBell();
  const state = { looks: 0, held: false, plannedAt: [] as number[], due };
  const planner = startPlanner({
    nextDue: () => {
      state.looks += 1;
      return Promise.resolve(due.length === 0 ? null : Math.min(...due));
    },
    planDueGroups() {
      if (state.held) return Promise.resolve(0);
      const now = due.filter((at) => at <= clock());
      state.plannedAt.push(...now.map(() => clock() - 1_000_000));
      for (const at of now) due.splice(due.indexOf(at), 1);
      return Promise.resolve(now.length);
    },
    refresh: () => Promise.resolve(),
    bell,
    now: clock,
    log: silentLog,
  });
  return {
    state,
    bell,
    close: async () => {
      const closed = planner.close();
      await vi.runAllTimersAsync();
      await closed;
    },
  };
}

test('plans a person when the wait is over, and not at the next look', async () => {
  const { state, close } = start([1_000_100, 1_000_137]);
  await vi.advanceTimersByTimeAsync(200);
  expect(state.plannedAt).toEqual([100, 137]);
  await close();
});

test('a person who becomes due earlier than before is planned then', async () => {
  const { state, bell, close } = start([1_000_400]);
  await vi.advanceTimersByTimeAsync(10);
  state.due.push(1_000_050);
  bell.ring();
  await vi.advanceTimersByTimeAsync(100);
  expect(state.plannedAt).toEqual([50]);
  await close();
});

test('a look that finds nobody claims nobody', async () => {
  const { state, bell, close } = start([]);
  state.held = true;
  for (let nr = 0; nr < 5; nr += 1) {
    bell.ring();
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(state.looks).toBeGreaterThanOrEqual(5);
  expect(state.plannedAt).toEqual([]);
  await close();
});

test('waits a little while another process plans those who are due', async () => {
  const { state, close } = start([1_000_000]);
  state.held = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.looks).toBeLessThan(50);
  state.held = false;
  await vi.advanceTimersByTimeAsync(30);
  expect(state.plannedAt).toHaveLength(1);
  await close();
});
