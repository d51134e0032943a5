import { expect, test } from 'vitest';
import { after, fires } from '../../../test/episode-story.ts';
import { asStoredState } from './stored-state.ts';

const { reported, acknowledged, closed } = after(fires('08:00'));
const stored = { reported, acknowledged, closed };

test('what this service writes is read as it is', () => {
  expect(asStoredState(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
});

test.each([
  ['nothing', null],
  ['a list', []],
  ['no reported state', { acknowledged, closed }],
  ['no newest signal', { ...stored, reported: { ...reported, newest: null } }],
  [
    'an unknown status',
    { ...stored, reported: { ...reported, newest: { ...reported.newest, status: 'odd' } } },
  ],
  ['no severities', { ...stored, reported: { ...reported, severities: undefined } }],
  ['no evidence', { ...stored, reported: { ...reported, ground: { order: reported.newest.order } } }],
  ['another mark', { ...stored, acknowledged: true }],
])('%s is refused', (_what, value) => {
  expect(() => asStoredState(value)).toThrow();
});

test('a time that does not exist, of a partner from before, is left out', () => {
  const details = { ...reported.newest.details, unconfirmed_since: '2026-02-30T25:00:00Z' };
  const earlier = { ...stored, reported: { ...reported, newest: { ...reported.newest, details } } };
  expect(asStoredState(earlier)).toEqual(stored);
});
