import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `send` at an even rate, however long each takes, and catches up after a pause: who is late stays late, so a
 * system that stands still does not hide it. `dueAt` is when the call should have come, on `performance.now`.
 */
export async function atEvenPace(
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  send: (nr: number, dueAt: number) => void,
): Promise<void> {
  const started = performance.now();
  const count = Math.round(perSecond * seconds);
  for (let nr = 0; nr < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - started) * perSecond) / 1_000) + 1);
    for (; nr < due; nr += 1) send(nr, started + (nr * 1_000) / perSecond);
    await sleep(1);
  }
}
