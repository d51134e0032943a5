import { expect, it } from 'vitest';
import { dayMs } from '../../population/clock.ts';
import { personEvents } from '../../population/person-events.ts';
import { createPerson } from '../../population/person.ts';
import { createRecentEvents } from './recent-events.ts';

const events = [...personEvents(createPerson(2, 'ring', { wearsAlways: true }), 100)];
const epoch = (text: string) => Date.parse(text);

it('knows the versions of an object and, of a time, the highest of each', () => {
  const recent = createRecentEvents();
  const first = events.slice(0, 40);
  for (const event of first) recent.add(event);
  const corrected = first.find(({ version }) => version === 2);
  expect(corrected && recent.versionsOf(corrected).map(({ version }) => version)).toEqual([0, 1, 2]);
  const from = epoch(first[0]?.timestamp ?? '');
  const found = recent.between({ from, to: from + 3 * dayMs });
  const ids = found.map(({ provenance }) => provenance.object_id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(found.length).toBeGreaterThan(5);
});

it('forgets what no rule asks for any more', () => {
  const recent = createRecentEvents();
  for (const event of events) recent.add(event);
  const first = epoch(events[0]?.timestamp ?? '');
  expect(recent.between({ from: first, to: first + 30 * dayMs })).toEqual([]);
  expect(recent.between({ from: first + 50 * dayMs, to: first + 60 * dayMs }).length).toBeGreaterThan(20);
});
