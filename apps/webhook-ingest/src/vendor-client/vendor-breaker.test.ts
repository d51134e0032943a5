import { expect, onTestFinished, test, vi } from 'vitest';
import type { VendorAnswer } from '../vendors/vendor-answer.ts';
import { createVendorBreaker } from './vendor-breaker.ts';

const failed = (): Promise<VendorAnswer> => Promise.resolve({ kind: 'unavailable', retryAfterMs: 0 });
const faulty = (): Promise<VendorAnswer> =>
  Promise.resolve({ kind: 'unavailable', retryAfterMs: 0, isFault: true, isPersonal: true });
const fakeNow = () => vi.getMockedSystemTime()?.getTime() ?? 0;
const missing = (): Promise<VendorAnswer> => Promise.resolve({ kind: 'missing' });

/** A breaker and its clock, with the requests that went out, the probes that were announced and the ends of outages. */
function watch() {
  let nowMs = 1_000_000;
  const seen = { asked: 0, backs: 0, probesAt: [] as number[] };
  const states: string[] = [];
  const breaker = createVendorBreaker({
    queue: {
      pause: () => Promise.resolve(),
      resume: (atMost) => Promise.resolve(void (seen.backs += atMost === undefined ? 1 : 0)),
    },
    now: () => nowMs,
    random: () => 0,
    report: (state) => void states.push(state),
  });
  const ask = async (answer: () => Promise<VendorAnswer>) => {
    const given = await breaker.pass(() => {
      seen.asked += 1;
      return answer();
    });
    const probeAt = breaker.closedUntilMs();
    if (probeAt !== undefined && probeAt !== seen.probesAt.at(-1)) seen.probesAt.push(probeAt);
    return given;
  };
  const fail = async (times: number) => {
    for (let nr = 0; nr < times; nr += 1) await ask(failed);
  };
  return { seen, states, breaker, ask, fail, pass: (ms: number) => void (nowMs += ms), now: () => nowMs };
}

test('a document that fails does not close the vendor for others', async () => {
  const { breaker, seen, fail, ask } = watch();
  await fail(2);
  await ask(missing);
  await fail(2);
  expect([breaker.closedUntilMs(), seen]).toEqual([undefined, { asked: 5, backs: 0, probesAt: [] }]);
});

test('a vendor that is down is asked by one at a time, and everybody else is answered at once', async () => {
  const { breaker, seen, fail, ask, pass, now } = watch();
  await fail(3);
  expect(breaker.closedUntilMs()).toBe(now() + 5_000);
  expect(await ask(failed)).toEqual({ kind: 'unavailable', ofAll: true, retryAfterMs: 5_000 });
  expect(seen.asked).toBe(3);

  pass(5_000);
  expect(breaker.closedUntilMs()).toBe(undefined);
  const answers = await Promise.all([ask(failed), ask(failed), ask(failed)]);
  expect(answers).toEqual(answers.map(() => ({ kind: 'unavailable', ofAll: true, retryAfterMs: 5_000 })));
  expect(seen.asked).toBe(4);
});

test('while one looks whether the vendor is back, nobody else begins; when it is, those who wait for it go on', async () => {
  const { breaker, seen, fail, ask, pass } = watch();
  await fail(3);
  pass(5_000);
  const gate = Promise.withResolvers<VendorAnswer>();
  const first = ask(() => gate.promise);
  const second = ask(missing);
  await Promise.resolve();
  expect(seen.asked).toBe(4);
  expect(breaker.closedUntilMs()).toBeDefined();
  gate.resolve({ kind: 'missing' });
  expect(await Promise.all([first, second])).toEqual([{ kind: 'missing' }, { kind: 'missing' }]);
  expect([breaker.closedUntilMs(), seen.backs]).toEqual([undefined, 1]);
});

test('hours of it are at most four requests a minute', async () => {
  const { seen, fail, ask, pass } = watch();
  await fail(3);
  const minutes = 180;
  for (let second = 0; second < minutes * 60; second += 1) {
    pass(1_000);
    await Promise.all([ask(failed), ask(failed)]);
  }
  const pauses = seen.probesAt.slice(1).map((at, nr) => at - (seen.probesAt[nr] ?? 0));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(16_000);
  expect(seen.asked).toBeLessThan(minutes * 4 + 10);
});

test('a limit says nothing, and a fault of ours lets the next one look', async () => {
  const { breaker, seen, fail, ask, pass } = watch();
  await fail(3);
  pass(5_000);
  await ask(() => Promise.resolve({ kind: 'limited', retryAfterMs: 1 }));
  await expect(ask(() => Promise.reject(new Error('database')))).rejects.toThrow('database');
  expect(seen.backs).toBe(0);
  await ask(missing);
  expect([breaker.closedUntilMs(), seen.backs]).toEqual([undefined, 1]);
});

test('the queue is paused once and resumes with one notice for each probe; the state is reported', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const calls: string[] = [];
  const breaker = createVendorBreaker({
    queue: {
      pause: () => Promise.resolve(void calls.push('pause')),
      resume: (atMost) => Promise.resolve(void calls.push(`resume ${atMost ?? 'all'}`)),
    },
    now: fakeNow,
    random: () => 0,
    report: (state) => void calls.push(state),
  });
  for (let nr = 0; nr < 4; nr += 1) await breaker.pass(failed);
  expect(calls).toEqual(['open', 'pause']);
  vi.advanceTimersByTime(5_000);
  expect(calls.splice(0)).toEqual(['open', 'pause', 'resume 1']);
  await breaker.pass(missing);
  expect(calls).toEqual(['closed', 'resume all']);
});

test('a limit pauses the queue until it ends, and then all resume', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const calls: string[] = [];
  const breaker = createVendorBreaker({
    queue: {
      pause: () => Promise.resolve(void calls.push('pause')),
      resume: (atMost) => Promise.resolve(void calls.push(`resume ${atMost ?? 'all'}`)),
    },
    now: fakeNow,
    random: () => 0,
    report: () => undefined,
  });
  breaker.limit(fakeNow() + 2_000);
  breaker.limit(fakeNow() + 1_000);
  expect([calls, breaker.isDown()]).toEqual([['pause'], false]);
  vi.advanceTimersByTime(2_000);
  expect([calls, breaker.closedUntilMs()]).toEqual([['pause', 'resume all'], undefined]);
});

test('faults of one person close the door to that person alone', async () => {
  const { breaker, pass } = watch();
  for (let nr = 0; nr < 20; nr += 1) {
    await breaker.pass(faulty, 'ada');
    await breaker.pass(faulty, 'ben');
  }
  expect([breaker.closedUntilMs(), breaker.isDown()]).toEqual([undefined, false]);
  const waits = await breaker.pass(missing, 'ada');
  expect(waits).toMatchObject({ kind: 'unavailable', isPersonal: true, retryAfterMs: 5_000 });
  expect((await breaker.pass(missing, 'cleo')).kind).toBe('missing');
  pass(5_000);
  expect((await breaker.pass(missing, 'ada')).kind).toBe('missing');
});

test('the same fault of three people is an outage, after which none of them waits', async () => {
  const { breaker, pass } = watch();
  for (const person of ['ada', 'ada', 'ada', 'ben', 'cleo']) await breaker.pass(faulty, person);
  expect(breaker.isDown()).toBe(true);
  pass(5_000);
  expect((await breaker.pass(missing, 'ben')).kind).toBe('missing');
  expect((await breaker.pass(missing, 'ada')).kind).toBe('missing');
});

test('faults of requests that were under way together count as one of their person', async () => {
  const { breaker, pass } = watch();
  const gate = Promise.withResolvers<VendorAnswer>();
  const together = [1, 2, 3, 4].map(() => breaker.pass(() => gate.promise, 'ada'));
  pass(200);
  gate.resolve(await faulty());
  const waits = { kind: 'unavailable', isPersonal: true, retryAfterMs: 5_000 };
  expect(await Promise.all(together)).toMatchObject([waits, waits, waits, waits]);
  expect((await breaker.pass(faulty, 'ada')).kind).toBe('unavailable');
  expect((await breaker.pass(missing, 'ada')).kind).toBe('missing');
});

test('after a fault it is not clear whether the vendor is down, until somebody gets an answer', async () => {
  const { breaker, fail, ask, pass } = watch();
  expect(breaker.isSuspect()).toBe(false);
  await breaker.pass(faulty, 'ada');
  expect([breaker.isSuspect(), breaker.isDown()]).toEqual([true, false]);
  await ask(missing);
  expect(breaker.isSuspect()).toBe(false);
  await fail(3);
  expect([breaker.isSuspect(), breaker.isDown()]).toEqual([true, true]);
  pass(5_000);
  await ask(missing);
  expect(breaker.isSuspect()).toBe(false);
});

test('a probe that a closed gate stops goes to the next in the queue', async () => {
  let nowMs = 1_000_000;
  const resumed: (number | undefined)[] = [];
  const breaker = createVendorBreaker({
    queue: {
      pause: () => Promise.resolve(),
      resume: (atMost) => Promise.resolve(void resumed.push(atMost)),
    },
    now: () => nowMs,
    random: () => 0,
    report: () => undefined,
  });
  for (let nr = 0; nr < 3; nr += 1) await breaker.pass(faulty, 'ada');
  nowMs += 5_000;
  // Ada's gate closes for ten seconds, and the first probe is due in five.
  for (const person of ['ada', 'ben', 'cleo']) await breaker.pass(faulty, person);
  expect(breaker.isDown()).toBe(true);
  nowMs += 4_999;
  expect((await breaker.pass(missing, 'ada')).kind).toBe('unavailable');
  expect(resumed).toEqual([]);
  nowMs += 1;
  expect((await breaker.pass(missing, 'ada')).kind).toBe('unavailable');
  expect(resumed).toEqual([1]);
  expect((await breaker.pass(missing, 'ben')).kind).toBe('missing');
});
