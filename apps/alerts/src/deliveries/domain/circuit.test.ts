import { expect, test } from 'vitest';
import type { SendResult } from '../../channels/channel.ts';
import { attemptBegan, attemptEnded, attemptsAllowed, closedCircuit, type Circuit } from './circuit.ts';

const delivered: SendResult = { kind: 'delivered' };
const failed = (reason: 'connection' | 'rejected'): SendResult => ({ kind: 'failed', reason });

function after(results: readonly SendResult[], from: Circuit = closedCircuit, now = 0): Circuit {
  return results.reduce((circuit, result) => attemptEnded(circuit, result, now), from);
}

const faults = (count: number) => Array.from({ length: count }, () => failed('connection'));
const open = after(faults(5));

test('five faults in a row open it for 30 seconds', () => {
  expect(attemptsAllowed(after(faults(4)), 8, 0)).toBe(8);
  expect(open).toEqual({ kind: 'open', until: 30_000, openings: 1 });
  expect(attemptsAllowed(open, 8, 29_999)).toBe(0);
});

test('an answer in between begins the count anew, a refusing one too', () => {
  for (const answer of [delivered, failed('rejected'), { kind: 'gone' } as const]) {
    expect(after([...faults(4), answer, ...faults(4)]).kind).toBe('closed');
  }
});

test('then one attempt looks whether the receiver is back', () => {
  expect(attemptsAllowed(open, 8, 30_000)).toBe(1);
  expect(attemptsAllowed(open, 0, 30_000)).toBe(0);
  const probing = attemptBegan(open);
  expect(attemptsAllowed(probing, 8, 30_000)).toBe(0);
  expect(attemptEnded(probing, delivered, 30_000)).toEqual(closedCircuit);
});

test('it stays open for longer with each probe that fails, up to five minutes', () => {
  const lengths: number[] = [];
  let circuit = open;
  for (let nr = 0; nr < 6; nr += 1) {
    if (circuit.kind !== 'open') throw new Error('expected it to be open');
    const now = circuit.until;
    circuit = after(faults(1), attemptBegan(circuit), now);
    lengths.push(circuit.kind === 'open' ? circuit.until - now : 0);
  }
  expect(lengths).toEqual([60_000, 120_000, 240_000, 300_000, 300_000, 300_000]);
});

test('attempts that began before it opened do not prolong it, and an answer to one closes it', () => {
  expect(after(faults(3), open, 20_000)).toBe(open);
  expect(after([delivered], open, 20_000)).toBe(closedCircuit);
});
