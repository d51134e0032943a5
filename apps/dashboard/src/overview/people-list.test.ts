import type { PersonList, PersonRow } from '@bridge/contracts';
import { describe, expect, test } from 'vitest';
import { type Happening } from '../live/live-message.ts';
import { extended, happened, noPeople, refreshed } from './people-list.ts';

const at = '2026-03-01T10:00:00Z';

function row(userId: string, given: Partial<PersonRow> = {}): PersonRow {
  return {
    user_id: userId,
    mode: 'pattern',
    since: at,
    seq: 4,
    updated_at: at,
    last_event_at: at,
    stale: false,
    alerts: { critical: 0, warning: 0, info: 0 },
    urgency: 0,
    ...given,
  };
}

function page(rows: readonly PersonRow[], next: string | null = null): PersonList {
  const by_mode = { reflex: 0, guardian: 0, hypothesis: 0, pattern: rows.length, none: 0 };
  return { users: [...rows], counts: { total: 9, by_mode, alerting: 0, stale: 0 }, search: 'full', next };
}

const ids = ({ rows }: { rows: readonly PersonRow[] }) => rows.map(({ user_id }) => user_id);
const loaded = refreshed(noPeople, [page([row('ada'), row('bob')], 'c1')], false);

function after(happening: unknown, people = loaded) {
  return happened(people, happening as Happening);
}

describe('the list of people', () => {
  test('grows by pages, each person once', () => {
    const more = extended(loaded, page([row('bob'), row('cy')], null));
    expect(ids(more)).toEqual(['ada', 'bob', 'cy']);
    expect(more.next).toBeNull();
  });

  test('takes the order of a refresh and keeps what was loaded below, each person once', () => {
    const more = extended(loaded, page([row('cy'), row('dan')], 'c2'));
    const again = refreshed(more, [page([row('cy'), row('ada')], 'c1')], true);
    expect(ids(again)).toEqual(['cy', 'ada', 'dan']);
    expect(again.next).toBe('c2');
  });

  test('keeps nothing of another filter', () => {
    expect(ids(refreshed(loaded, [page([row('eve')])], false))).toEqual(['eve']);
  });
});

describe('what happens', () => {
  test('a switch shows at once, and order and counts are asked for', () => {
    const transition = { user_id: 'ada', seq: 5, to: 'reflex', at };
    const { people, needsRefresh } = after({ kind: 'transition', body: transition });
    expect(people.rows[0]).toMatchObject({ mode: 'reflex', seq: 5 });
    expect(needsRefresh).toBe(true);
  });

  test('a switch that the answer knew already changes nothing', () => {
    const { people } = after({ kind: 'transition', body: { user_id: 'ada', seq: 3, to: 'reflex', at } });
    expect(people.rows[0]?.mode).toBe('pattern');
  });

  test('an alert is counted when it opens and when it ends', () => {
    const alert = { user_id: 'bob', severity: 'critical', at };
    const opened = after({ kind: 'alert', body: { ...alert, from: null, to: 'firing' } }).people;
    expect(opened.rows[1]?.alerts.critical).toBe(1);
    const updated = after(
      { kind: 'alert', body: { ...alert, from: 'firing', to: 'unconfirmed' } },
      opened,
    ).people;
    expect(updated.rows[1]?.alerts.critical).toBe(1);
    const ended = after(
      { kind: 'alert', body: { ...alert, from: 'firing', to: 'resolved' } },
      updated,
    ).people;
    expect(ended.rows[1]?.alerts.critical).toBe(0);
  });

  test('an event moves the time of the last one forward only', () => {
    const stale = refreshed(noPeople, [page([row('ada', { stale: true })])], false);
    const later = '2026-03-01T11:00:00Z';
    const newer = after({ kind: 'event', body: { user_id: 'ada', timestamp: later } }, stale).people;
    expect(newer.rows[0]).toMatchObject({ last_event_at: later, stale: false });
    expect(after({ kind: 'event', body: { user_id: 'ada', timestamp: at } }, newer).people).toBe(newer);
  });

  test('somebody new makes the list be read again', () => {
    const { people, needsRefresh } = after({ kind: 'event', body: { user_id: 'zoe', timestamp: at } });
    expect(people).toBe(loaded);
    expect(needsRefresh).toBe(true);
  });
});
