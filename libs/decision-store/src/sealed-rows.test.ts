import { randomBytes } from 'node:crypto';
import type { ModeTransition } from '@bridge/contracts';
import { initialState, type PersonState } from '@bridge/mode-policy';
import { DataKey, type LiveSubject } from '@bridge/vault';
import { expect, it } from 'vitest';
import { transitionRow, unsealRecord } from './sealed-rows.ts';

const person = {
  subjectId: '0190d3c1-0000-7000-8000-000000000001',
  userId: 'anna',
  key: new DataKey(randomBytes(32)),
  erased: false,
} as unknown as LiveSubject;

it('a record from before a state kept several exertions can be decided again', () => {
  const { exertions, ...others } = initialState;
  const before = { ...others, exertion: 1_000 } as unknown as PersonState;
  const transition = {
    transition_id: 'a'.repeat(32),
    at: '2026-11-20T12:00:00.000Z',
    cause: { due: '2026-11-20T12:00:00.000Z' },
  } as ModeTransition;
  const decision = { before, transition } as unknown as Parameters<typeof transitionRow>[0];
  const inputs: Parameters<typeof transitionRow>[2] = { event: null, used: [] };
  const { record } = transitionRow(decision, transition, inputs, person);
  expect(exertions).toEqual([]);
  expect(unsealRecord(record, transition.transition_id, person).before).toEqual({
    ...others,
    exertions: [[1_000, 1_000]],
  });
});
