import type { BiometricEvent } from '@bridge/contracts';
import { buildEvent } from '@bridge/testing';
import { expect, it } from 'vitest';
import { createAcceptOnce } from './accept-once.ts';

const profile = { language: 'de' } as const;
const answer = { alert_id: 'a'.repeat(32), answer: 'fine' } as const;

/** What was published, in this order; `slow` events take longer than all others, those called `down` fail. */
async function published(events: readonly BiometricEvent[], slow: (event: BiometricEvent) => boolean) {
  const order: string[] = [];
  const acceptOnce = createAcceptOnce({
    async accept(event) {
      for (let turn = 0; turn < (slow(event) ? 50 : 1); turn += 1) await Promise.resolve();
      if (event.event_id === 'down') throw new Error('down');
      order.push(event.event_id);
    },
    contents: {
      noteOf: (event) => event.provenance.content_hash,
      find: () => Promise.resolve(new Map()),
      remember: () => undefined,
    },
  });
  const drafts = events.map((event) => ({ event, raw: Buffer.from('{}') }));
  const outcomes = await acceptOnce(drafts);
  return { order, outcomes: outcomes.map(({ kind }) => kind) };
}

const of = (user_id: string, event_id: string, more: Partial<BiometricEvent> = {}) => ({
  ...buildEvent({ user_id }),
  event_id,
  ...more,
});

it('publishes what comes after a profile or an answer of the same person after it', async () => {
  const batch = [
    of('ada', 'profile', { profile }),
    of('ada', 'spo2'),
    of('ada', 'answer', { answer }),
    of('ada', 'pulse'),
  ];
  const { order, outcomes } = await published(
    batch,
    (event) => event.readings.length === 0 || !!event.profile,
  );
  expect(order).toEqual(['profile', 'spo2', 'answer', 'pulse']);
  expect(outcomes).toEqual(batch.map(() => 'accepted'));
});

it('lets nobody wait for what somebody else states', async () => {
  const batch = [of('ada', 'profile', { profile }), of('bob', 'pulse')];
  expect((await published(batch, (event) => !!event.profile)).order).toEqual(['pulse', 'profile']);
});

it('goes on after a profile that could not be stored', async () => {
  const batch = [of('ada', 'down', { profile }), of('ada', 'pulse')];
  expect(await published(batch, () => false)).toEqual({ order: ['pulse'], outcomes: ['failed', 'accepted'] });
});
