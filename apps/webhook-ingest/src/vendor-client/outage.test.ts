import { expect, test } from 'vitest';
import type { VendorAnswer } from '../vendors/vendor-answer.ts';
import { createOutage } from './outage.ts';

const failed = (): Promise<VendorAnswer> => Promise.resolve({ kind: 'unavailable', retryAfterMs: 0 });
const missing = (): Promise<VendorAnswer> => Promise.resolve({ kind: 'missing' });

/** An outage and its clock, with what went out. */
function watch() {
  let nowMs = 1_000_000;
  const seen = { asked: 0, backs: 0, probesAt: [] as number[] };
  const outage = createOutage({
    now: () => nowMs,
    random: () => 0,
    onDown: (probeAtMs) => void seen.probesAt.push(probeAtMs),
    onBack: () => void (seen.backs += 1),
  });
  const ask = (answer: () => Promise<VendorAnswer>) =>
    outage.pass(() => {
      seen.asked += 1;
      return answer();
    });
  const fail = async (times: number) => {
    for (let nr = 0; nr < times; nr += 1) await ask(failed);
  };
  return { seen, outage, ask, fail, pass: (ms: number) => void (nowMs += ms), now: () => nowMs };
}

test('a document that fails does not close the vendor for others', async () => {
  const { outage, seen, fail, ask } = watch();
  await fail(2);
  await ask(missing);
  await fail(2);
  expect([outage.untilMs(), seen]).toEqual([undefined, { asked: 5, backs: 0, probesAt: [] }]);
});

test('a vendor that is down is asked by one at a time, and everybody else is answered at once', async () => {
  const { outage, seen, fail, ask, pass, now } = watch();
  await fail(3);
  expect(outage.untilMs()).toBe(now() + 5_000);
  expect(await ask(failed)).toEqual({ kind: 'unavailable', ofAll: true, retryAfterMs: 5_000 });
  expect(seen.asked).toBe(3);

  pass(5_000);
  expect(outage.untilMs()).toBe(undefined);
  const answers = await Promise.all([ask(failed), ask(failed), ask(failed)]);
  expect(answers).toEqual(answers.map(() => ({ kind: 'unavailable', ofAll: true, retryAfterMs: 5_000 })));
  expect(seen.asked).toBe(4);
});

test('while one looks whether the vendor is back, nobody else begins; when it is, those who wait for it go on', async () => {
  const { outage, seen, fail, ask, pass } = watch();
  await fail(3);
  pass(5_000);
  const gate = Promise.withResolvers<VendorAnswer>();
  const first = ask(() => gate.promise);
  const second = ask(missing);
  await Promise.resolve();
  expect(seen.asked).toBe(4);
  expect(outage.untilMs()).toBeDefined();
  gate.resolve({ kind: 'missing' });
  expect(await Promise.all([first, second])).toEqual([{ kind: 'missing' }, { kind: 'missing' }]);
  expect([outage.untilMs(), seen.backs]).toEqual([undefined, 1]);
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

test('a limit tells nothing, and a fault of ours lets the next one look', async () => {
  const { outage, seen, fail, ask, pass } = watch();
  await fail(3);
  pass(5_000);
  await ask(() => Promise.resolve({ kind: 'limited', retryAfterMs: 1 }));
  await expect(ask(() => Promise.reject(new Error('database')))).rejects.toThrow('database');
  expect(seen.backs).toBe(0);
  await ask(missing);
  expect([outage.untilMs(), seen.backs]).toEqual([undefined, 1]);
});
