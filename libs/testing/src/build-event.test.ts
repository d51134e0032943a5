import { biometricEventSchema, interpretEvent } from '@bridge/contracts';
import { expect, test } from 'vitest';
import { buildEvent, buildPartnerMessage } from './build-event.ts';
import { testMorning } from './test-times.ts';

test('builds events that hold the contract, each with an id of its own', () => {
  const event = buildEvent({ user_id: 'jane' });
  expect(biometricEventSchema.parse(event)).toEqual(event);
  expect(event.user_id).toBe('jane');
  expect(buildEvent().event_id).not.toBe(event.event_id);
});

test('builds a partner message that is accepted', () => {
  const raw = buildPartnerMessage();
  const body: unknown = JSON.parse(raw.toString());
  const brokerTime = testMorning + 1_000;
  expect(interpretEvent({ body, raw, brokerTime, trusted: false })).toMatchObject({ kind: 'ok' });
});
