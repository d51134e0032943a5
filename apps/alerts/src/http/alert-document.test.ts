import { expect, test } from 'vitest';
import { after, fires } from '../../test/episode-story.ts';
import { alertDocument } from './alert-document.ts';

const { at } = fires('08:00');
const hour = 3_600_000;
const acknowledgedUntil = (until: number | null) => ({
  ...after(fires('08:00')),
  acknowledged: { by: 'key:clinic', at, until },
});

test.each([
  ['a snooze that goes on', at + hour, at + hour - 1, true],
  ['a snooze that has ended', at + hour, at + hour, false],
  ['an acknowledgement without an end', null, at + 1_000 * hour, true],
])('%s is shown as acknowledged only while it holds', (_which, until, now, isShown) => {
  expect('acknowledged' in alertDocument(acknowledgedUntil(until), undefined, now)).toBe(isShown);
});
