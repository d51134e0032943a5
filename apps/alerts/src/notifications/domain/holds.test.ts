import type { DayHours } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import {
  aChannel,
  anAlert,
  ann,
  day,
  hour,
  minute,
  plainRouting,
  second,
  start,
  tellStory,
} from '../../../test/notification-story.ts';

const wait = 30 * second;
const silence = (from: number, to: number) => ({
  silenceId: `from ${from}`,
  match: { kind: ['rule.a'] },
  beginsAt: start + from,
  endsAt: start + to,
});

describe('a silence', () => {
  it.each([
    ['the kind', { kind: ['rule.a'] }],
    ['the beginning of the kind', { kind: [{ prefix: 'rule.' }] }],
    ['the person', { user_id: ['ann'] }],
    ['the beginning of the person', { user_id: [{ prefix: 'a' }] }],
    ['the group', { group: ['team'] }],
    ['person and kind', { user_id: ['bob', 'ann'], kind: ['rule.a'] }],
    ['the severity', { severity: ['critical' as const] }],
  ])('holds every alert that it matches, here by %s, until it ends', (_by, match) => {
    const only = { silenceId: 's', match, beginsAt: start, endsAt: start + hour };
    const story = tellStory({ silences: [only] });
    story.set(anAlert('a', { severity: 'critical' }));
    story.until(start);
    expect(story.hold('a')).toEqual({ reason: 'silenced', by: 's', since: start, until: start + hour });
    expect(story.until(start + hour - 1)).toEqual([]);
    expect(story.until(start + hour)).toEqual(['phone: fired a']);
    expect(story.hold('a')).toBeUndefined();
  });

  it.each([
    ['another kind', { kind: ['rule.b'] }],
    ['another person', { user_id: [{ prefix: 'anna' }] }],
    ['a person whose name begins so', { user_id: ['an'] }],
    ['another group', { group: ['crew'] }],
    ['only one of two fields', { user_id: ['ann'], kind: ['rule.b'] }],
  ])('holds nothing for %s', (_what, match) => {
    const story = tellStory({ silences: [{ silenceId: 's', match, beginsAt: start, endsAt: start + hour }] });
    story.set(anAlert('a'));
    story.until(start);
    expect(story.until(start + wait)).toEqual(['phone: fired a']);
  });

  it('that ends later takes over, and the group waits after the last one', () => {
    const story = tellStory({ silences: [silence(0, hour), silence(minute, 2 * hour)] });
    story.set(anAlert('a'));
    story.until(start);
    expect(story.until(start + 2 * hour + wait - 1)).toEqual([]);
    expect(story.until(start + 2 * hour + wait)).toEqual(['phone: fired a']);
  });

  it('that begins later is seen in time', () => {
    const story = tellStory({ silences: [silence(wait - 1, hour)] });
    story.set(anAlert('a'));
    story.until(start);
    expect(story.until(start + wait)).toEqual([]);
    expect(story.hold('a')).toMatchObject({ since: start + wait - 1 });
  });

  it('tells the end of an alert that was told, after it', () => {
    const story = tellStory({ silences: [silence(hour, 2 * hour)] });
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + hour);
    story.change('a', { status: 'resolved' });
    expect(story.until(start + 2 * hour)).toEqual([]);
    expect(story.until(start + 2 * hour + wait)).toEqual(['phone: resolved a']);
  });

  it('tells nothing of an alert that fired and ended within it', () => {
    const story = tellStory({ silences: [silence(0, hour)] });
    story.set(anAlert('a'));
    story.until(start);
    story.change('a', { status: 'resolved' });
    expect(story.until(start + day)).toEqual([]);
    expect(story.nextDue).toBeNull();
  });

  it('does not double a repetition that was due within it', () => {
    const story = tellStory({ silences: [silence(hour, 10 * hour)] });
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + hour);
    expect(story.until(start + 10 * hour - 1)).toEqual([]);
    expect(story.until(start + 10 * hour)).toEqual(['phone: repeated a']);
    expect(story.until(start + 14 * hour - 1)).toEqual([]);
  });
});

describe('an inhibition', () => {
  const critical = { severity: ['critical' as const] };
  const rule = {
    source: critical,
    target: { severity: ['warning' as const] },
    same_person: true,
    same_system: true,
  };
  const routing = {
    ...plainRouting,
    inhibitions: [rule],
    systems: { heart: ['rule.a', 'rule.b'], lung: ['rule.c'] },
  };
  const source = anAlert('a', { severity: 'critical' });

  it('holds an alert until its source ends, and then it is told', () => {
    const story = tellStory({ routing });
    story.set(source, anAlert('b'), anAlert('c'));
    expect(story.until(start)).toEqual(['phone: fired a']);
    expect(story.hold('b')).toEqual({ reason: 'inhibited', by: 'a', since: start });
    expect(story.until(start + hour)).toEqual(['phone: fired c']);
  });

  it.each([
    ['unconfirmed', 'unconfirmed', []],
    ['resolved', 'resolved', ['phone: resolved a', 'phone: fired b']],
  ] as const)('with a source that is %s', (_what, status, lines) => {
    const story = tellStory({ routing });
    story.set(source, anAlert('b'));
    story.until(start);
    expect(story.until(start + hour)).toEqual([]);
    story.change('a', { status });
    const told = story.until(start + hour + wait).filter((line) => !line.includes('unconfirmed'));
    expect(told).toEqual(lines);
  });

  it('of one that is both source and target by another one never makes both silent', () => {
    const both = { ...rule, source: {}, target: {}, same_system: false };
    const story = tellStory({ routing: { ...routing, inhibitions: [both] } });
    story.set(anAlert('a'), anAlert('b'));
    story.until(start);
    expect(story.until(start + wait)).toEqual(['phone: fired a, fired b']);
  });

  it('across persons is looked at again every minute', () => {
    const across = {
      source: { kind: ['connection.subscription'] },
      target: { kind: ['silence.oura'] },
      same_person: false,
      same_system: false,
    };
    const operatorAlerts = [anAlert('o', { kind: 'connection.subscription' })];
    const story = tellStory({ routing: { ...routing, inhibitions: [across] }, operatorAlerts });
    story.set(anAlert('s', { kind: 'silence.oura' }));
    story.until(start);
    expect(story.hold('s')).toEqual({ reason: 'inhibited', by: 'o', since: start });
    expect(story.nextDue).toBe(start + minute);
    expect(story.until(start + 10 * minute)).toEqual([]);
    story.world.operatorAlerts = [];
    expect(story.until(start + 10 * minute + wait)).toEqual(['phone: fired s']);
  });

  it('across persons does not follow from the same rule within one person', () => {
    const operatorAlerts = [anAlert('o', { severity: 'critical', kind: 'rule.a' })];
    const story = tellStory({ routing, operatorAlerts });
    story.set(anAlert('b'));
    story.until(start);
    expect(story.until(start + wait)).toEqual(['phone: fired b']);
  });
});

describe('quiet hours', () => {
  const quiet = (quiet_hours: DayHours, timeZone: string | undefined = 'UTC') =>
    tellStory({
      person: { ...ann, timeZone },
      routing: { ...plainRouting, default: { channels: ['phone'], quiet_hours } },
    });

  it('hold everything but critical alerts until they end', () => {
    const story = quiet({ from: '12:00', to: '13:00' });
    story.set(anAlert('a'), anAlert('b', { severity: 'critical' }));
    expect(story.until(start)).toEqual(['phone: fired b']);
    expect(story.hold('a')).toEqual({ reason: 'quiet_hours', since: start, until: start + hour });
    expect(story.until(start + hour - 1)).toEqual([]);
    expect(story.until(start + hour + wait)).toEqual(['phone: fired a']);
  });

  it.each([
    ['before they begin', '12:01', ['phone: fired a']],
    ['once they have begun', '12:00', []],
  ])('do not hold a notification that is due %s', (_when, from, lines) => {
    const story = quiet({ from, to: '14:00' });
    story.set(anAlert('a'));
    story.until(start);
    expect(story.until(start + wait)).toEqual(lines);
  });

  it('hold the end of an alert too', () => {
    const story = quiet({ from: '13:00', to: '14:00' });
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + hour);
    story.change('a', { status: 'resolved' });
    expect(story.until(start + 2 * hour)).toEqual([]);
    expect(story.until(start + 2 * hour + wait)).toEqual(['phone: resolved a']);
  });

  it.each([
    ['the zone of the person', 'Asia/Tokyo', { from: '21:00', to: '22:00' }],
    ['UTC where none is known', undefined, { from: '12:00', to: '13:00' }],
    ['UTC where it does not exist', 'Mars/Olympus', { from: '12:00', to: '13:00' }],
  ])('are those of %s', (_whose, timeZone, hours) => {
    const story = tellStory({
      person: { ...ann, timeZone },
      routing: { ...plainRouting, default: { channels: ['phone'], quiet_hours: hours } },
    });
    story.set(anAlert('a'));
    story.until(start);
    expect(story.hold('a')).toMatchObject({ reason: 'quiet_hours', until: start + hour });
  });
});

describe('the alarm budget', () => {
  const budgets = [{ severity: 'warning' as const, alerts: 2, days: 30 }];

  it('holds what is too much until the oldest leaves the window', () => {
    const story = tellStory({ budgets });
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + wait);
    story.set(anAlert('b', { firingSince: start + 1 }), anAlert('c', { firingSince: start + 2 }));
    story.until(start + hour);
    const free = start + wait + 30 * day;
    expect(story.hold('c')).toMatchObject({ reason: 'budget', until: free });
    story.change('a', { acknowledged: { at: start + hour, until: null } });
    story.change('b', { acknowledged: { at: start + hour, until: null } });
    expect(story.until(free + wait - 1).filter((line) => line.includes('c'))).toEqual([
      'phone: acknowledged a, acknowledged b',
    ]);
    expect(story.until(free + wait)).toEqual(['phone: fired c']);
  });

  it('goes to the oldest first, and does not hold what is told already or becomes critical', () => {
    const story = tellStory({ budgets, channels: { phone: aChannel, mail: aChannel } });
    story.set(...['d', 'c', 'b', 'a'].map((id, place) => anAlert(id, { firingSince: start - place })));
    story.until(start);
    expect(story.until(start + wait)).toEqual(['phone: fired a, fired b']);
    expect(story.hold('c')).toMatchObject({ reason: 'budget', since: start });
    story.change('c', { severity: 'critical' });
    story.world.routing = { ...plainRouting, default: { channels: ['phone', 'mail'] } };
    story.until(start + hour);
    expect(story.told.slice(2).map(({ channel, alertId }) => `${channel} ${alertId}`)).toEqual([
      'phone c',
      'mail c',
      'mail a',
      'mail b',
    ]);
  });

  it('is drawn on once by an alert that fires again', () => {
    const story = tellStory({ budgets });
    story.set(anAlert('a'), anAlert('b'));
    story.until(start);
    story.until(start + minute);
    story.change('a', { status: 'resolved' });
    story.until(start + hour);
    story.change('a', { status: 'firing', firingSince: start + hour });
    expect(story.until(start + hour + wait)).toEqual(['phone: fired a']);
    expect(story.ledger.spent).toHaveLength(2);
  });

  it.each([
    ['of operators', { isOperators: true }, {}],
    ['of a connection', {}, { kind: 'connection.lapsed', source: 'webhook-ingest' }],
    ['of missing data', {}, { kind: 'silence.oura', source: 'webhook-ingest' }],
    ['of the pipeline', {}, { kind: 'pipeline.stalled', source: 'alerts' }],
    ['that are critical', {}, { severity: 'critical' as const }],
  ])('does not hold alerts %s', (_what, world, facts) => {
    const story = tellStory({ budgets: [{ severity: 'warning', alerts: 0, days: 1 }], ...world });
    story.set(anAlert('a', facts));
    story.until(start);
    story.until(start + wait);
    expect(story.told).toHaveLength(1);
    expect(story.ledger.spent).toEqual([]);
  });

  it("holds a partner's alerts, whatever kind it gives them", () => {
    const story = tellStory({ budgets: [{ severity: 'warning', alerts: 0, days: 1 }] });
    story.set(anAlert('a', { kind: 'pipeline.stalled', source: 'acme' }));
    story.until(start);
    expect(story.until(start + wait)).toEqual([]);
    expect(story.hold('a')).toMatchObject({ reason: 'budget' });
  });

  it('of nothing is never free', () => {
    const story = tellStory({ budgets: [{ severity: 'warning', alerts: 0, days: 1 }] });
    story.set(anAlert('a'));
    story.until(start);
    expect(story.hold('a')).toEqual({ reason: 'budget', since: start });
    expect(story.nextDue).toBeNull();
  });
});

describe('an alert of severity info', () => {
  it.each([
    ['is held', {}, [], 'info'],
    ['is delivered where the route says so', { deliver_info: true }, ['phone: fired a'], undefined],
  ])('%s', (_what, handling, lines, reason) => {
    const story = tellStory({ routing: { ...plainRouting, default: { channels: ['phone'], ...handling } } });
    story.set(anAlert('a', { severity: 'info' }));
    story.until(start);
    expect(story.until(start + wait)).toEqual(lines);
    expect(story.hold('a')?.reason).toBe(reason);
  });

  it('that was told is told to have ended, and to have risen', () => {
    const story = tellStory({
      routing: { ...plainRouting, default: { channels: ['phone'], deliver_info: true } },
    });
    story.set(anAlert('a', { severity: 'info' }), anAlert('b', { severity: 'info' }));
    story.until(start);
    story.until(start + wait);
    story.world.routing = plainRouting;
    story.change('a', { status: 'resolved' });
    story.change('b', { severity: 'warning' });
    expect(story.until(start + hour)).toEqual(['phone: raised b, resolved a']);
  });
});

describe('the hours of a route', () => {
  it('send an alert elsewhere when they change', () => {
    const routes = [{ name: 'day', hours: { from: '08:00', to: '13:00' }, channels: ['mail'] }];
    const story = tellStory({ routing: { ...plainRouting, routes } });
    story.set(anAlert('a'));
    story.until(start);
    expect(story.until(start + hour - 1)).toEqual(['mail: fired a']);
    expect(story.until(start + hour + wait)).toEqual(['phone: fired a']);
    story.change('a', { status: 'resolved' });
    expect(story.until(start + 2 * hour)).toEqual(['mail: resolved a', 'phone: resolved a']);
  });
});
