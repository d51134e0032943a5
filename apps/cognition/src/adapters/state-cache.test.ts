import { initialState, type PersonState } from '@bridge/mode-policy';
import { describe, expect, it } from 'vitest';
import { createStateCache } from './state-cache.ts';

const states = [1, 2, 3].map((seq): PersonState => ({
  ...initialState,
  mode: 'pattern',
  seq,
  now: seq * 1_000,
}));
const entry = (nr: number) => {
  const state = states[nr];
  if (state === undefined) throw new Error(`no state ${nr}`);
  return { version: nr + 1, policyVersion: 2, state, json: JSON.stringify(state) };
};
const known = (nr: number) => {
  const { version, policyVersion, state } = entry(nr);
  return { version, policyVersion, state };
};

describe('the cache of states', () => {
  it('gives back what it was given, also what it keeps as text only', () => {
    const cache = createStateCache({ maxPersons: 10, maxBytes: 65_536, warmPersons: 1 });
    for (const nr of [0, 1, 2]) cache.set(`person-${nr}`, entry(nr));
    for (const nr of [0, 1, 2]) expect(cache.get(`person-${nr}`)).toMatchObject(known(nr));
    cache.set('person-0', entry(1));
    expect(cache.get('person-0')).toMatchObject(known(1));
  });

  it('forgets who was not seen for longest, and whom it is told to', () => {
    const cache = createStateCache({ maxPersons: 1, maxBytes: 65_536, warmPersons: 1 });
    for (const nr of [0, 1, 2]) cache.set(`person-${nr}`, entry(nr));
    expect(cache.get('person-0')).toBeUndefined();
    expect([cache.get('person-1'), cache.get('person-2')]).toMatchObject([known(1), known(2)]);
    cache.drop('person-1');
    cache.drop('person-2');
    expect([cache.get('person-1'), cache.get('person-2')]).toEqual([undefined, undefined]);
    cache.set('person-0', entry(0));
    cache.forget();
    expect(cache.get('person-0')).toBeUndefined();
  });

  it('keeps no more text than its bytes allow, and forgets who was not seen for longest', () => {
    const { json } = entry(0);
    const blocks = Math.ceil(Buffer.byteLength(json) / 256);
    const cache = createStateCache({ maxPersons: 100, maxBytes: 2 * blocks * 256, warmPersons: 1 });
    for (const nr of [0, 1, 2]) cache.set(`person-${nr}`, entry(0));
    cache.get('person-0');
    cache.set('person-3', entry(1));
    expect(cache.get('person-1'), 'not seen for longest').toBeUndefined();
    for (const nr of [0, 2]) expect(cache.get(`person-${nr}`)).toMatchObject(known(0));
    expect(cache.get('person-3')).toMatchObject(known(1));
  });
});
