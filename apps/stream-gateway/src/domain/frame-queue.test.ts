import { buildEvent, buildReading } from '@bridge/testing';
import type { BiometricEvent } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { createFrameQueue, type FrameQueue } from './frame-queue.ts';
import type { SentFrame } from './frame-ring.ts';
import { encodeFrame } from './sse-frame.ts';

const pulse = (value: number) => buildReading({ metric: 'heart_rate', value, unit: '/min' });
const hrv = (value: number) => buildReading({ metric: 'hrv_rmssd', value, unit: 'ms' });
let position = 0;

function frame(kind: SentFrame['kind'], body: { user_id: string }, id: string): SentFrame {
  position += 1;
  const bytes = encodeFrame({ id: 'v1-0.1', kind, data: JSON.stringify(body) });
  const place = { topic: 0, partition: 0, position };
  return { kind, userId: body.user_id, id, bytes, bodyStart: 11, place, next: position + 1 };
}

const event = (id: string, given: Partial<BiometricEvent>) =>
  frame('event', { ...buildEvent(given), ...given }, id);

function ids(queue: FrameQueue): string[] {
  const taken: string[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) taken.push(next.id);
  return taken;
}

const merging = { mergeBytes: 0, maxBytes: 1_000_000 };

describe('the queue of a slow subscriber', () => {
  it('keeps everything while little waits', () => {
    const queue = createFrameQueue({ mergeBytes: 100_000, maxBytes: 1_000_000 });
    for (const id of ['1', '2', '3']) queue.push(event(id, { readings: [pulse(60)] }));
    expect(queue.takeMerged()).toBe(0);
    expect(ids(queue)).toEqual(['1', '2', '3']);
  });

  it('then keeps the newest value per person, metric and device, in the order of what is left', () => {
    const queue = createFrameQueue(merging);
    queue.push(event('pulse 1', { readings: [pulse(60)] }));
    queue.push(event('both', { readings: [pulse(61), hrv(40)] }));
    queue.push(event('other person', { user_id: 'bob', readings: [pulse(62)] }));
    queue.push(event('other device', { device_id: 'ring', readings: [pulse(63)] }));
    queue.push(event('pulse 2', { readings: [pulse(64)] }));
    expect(queue.takeMerged()).toBe(1);
    expect(queue.takeMerged()).toBe(0);
    expect(ids(queue)).toEqual(['both', 'other person', 'other device', 'pulse 2']);
  });

  it('keeps the newest mode of a person, every alert and every insight', () => {
    const queue = createFrameQueue(merging);
    for (const kind of ['transition', 'alert', 'insight'] as const) {
      for (const nr of [1, 2]) queue.push(frame(kind, { user_id: 'ada' }, `${kind} ${nr}`));
    }
    queue.push(frame('transition', { user_id: 'bob' }, 'transition of another'));
    expect(ids(queue)).toEqual([
      'transition 2',
      'alert 1',
      'alert 2',
      'insight 1',
      'insight 2',
      'transition of another',
    ]);
  });

  it('merges no correction, no delete and nothing without a value', () => {
    const queue = createFrameQueue(merging);
    for (const given of [{ version: 2 }, { operation: 'delete' as const }, { readings: [] }]) {
      for (const nr of [1, 2]) queue.push(event(`${JSON.stringify(given)} ${nr}`, given));
    }
    expect(ids(queue)).toHaveLength(6);
  });

  it('gives up beyond its limit, merged or not', () => {
    const queue = createFrameQueue({ mergeBytes: 100, maxBytes: 5_000 });
    const pushes = Array.from({ length: 100 }, (_, nr) =>
      queue.push(event(String(nr), { readings: [pulse(60)] })),
    );
    expect(pushes).not.toContain(false);
    const alerts = Array.from({ length: 200 }, (_, nr) =>
      queue.push(frame('alert', { user_id: 'ada' }, `${nr}`)),
    );
    expect(alerts.at(-1)).toBe(false);
  });

  it('merges no longer once it is empty', () => {
    const queue = createFrameQueue({ mergeBytes: 2_000, maxBytes: 1_000_000 });
    for (let nr = 0; nr < 20; nr += 1) queue.push(event(String(nr), { readings: [pulse(60)] }));
    expect(ids(queue)).toEqual(['19']);
    queue.push(event('a', { readings: [pulse(60)] }));
    queue.push(event('b', { readings: [pulse(60)] }));
    expect(ids(queue)).toEqual(['a', 'b']);
  });
});
