import { describe, expect, it } from 'vitest';
import {
  anAlert,
  aChannel,
  hour,
  minute,
  plainRouting,
  second,
  start,
  tellStory,
} from '../../../test/notification-story.ts';

const routedBy = (handling: object) => ({ ...plainRouting, default: { channels: ['phone'], ...handling } });

describe('the wait of a group', () => {
  it.each([
    ['a millisecond before its end', 30 * second - 1, []],
    ['at its end', 30 * second, ['phone: fired a, fired b']],
  ])('tells of alerts that fire within it together: %s', (_when, at, lines) => {
    const story = tellStory();
    story.set(anAlert('a'));
    expect(story.until(start)).toEqual([]);
    story.set(anAlert('b', { firingSince: start + 20 * second }));
    expect(story.until(start + 20 * second)).toEqual([]);
    expect(story.until(start + at)).toEqual(lines);
  });

  it('is none for a critical alert, which does not take others along', () => {
    const story = tellStory();
    story.set(anAlert('a'), anAlert('b', { severity: 'critical' }));
    expect(story.until(start)).toEqual(['phone: fired b']);
    expect(story.until(start + 30 * second)).toEqual(['phone: fired a']);
  });

  it('is that of the route', () => {
    const story = tellStory({ routing: routedBy({ group: { wait_seconds: 0.1 } }) });
    story.set(anAlert('a'));
    expect(story.until(start)).toEqual([]);
    expect(story.nextDue).toBe(start + 100);
  });

  it('tells nobody of an alert that ends within it', () => {
    const story = tellStory();
    story.set(anAlert('a'));
    story.until(start);
    story.change('a', { status: 'resolved', reason: 'recovered' });
    expect(story.until(start + 5 * minute)).toEqual([]);
    expect(story.ledger).toMatchObject({ alerts: {}, groups: {} });
    expect(story.nextDue).toBeNull();
  });

  it('starts anew once the group fell silent', () => {
    const story = tellStory();
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + 30 * second);
    story.change('a', { status: 'resolved' });
    expect(story.until(start + 6 * minute)).toEqual(['phone: resolved a']);
    expect(story.told.at(-1)).toMatchObject({ at: start + 30 * second + 5 * minute });
    story.set(anAlert('b'));
    expect(story.until(start + 6 * minute + 30 * second - 1)).toEqual([]);
    expect(story.until(start + 6 * minute + 30 * second)).toEqual(['phone: fired b']);
  });
});

describe('the interval of a group', () => {
  const begun = () => {
    const story = tellStory();
    story.set(anAlert('a'), anAlert('c', { severity: 'critical' }));
    story.until(start);
    story.until(start + 30 * second);
    return story;
  };
  const next = start + 30 * second + 5 * minute;

  it.each([
    ['a new alert', anAlert('b', {}), 'phone: fired b'],
    ['an end', anAlert('a', { status: 'resolved' }), 'phone: resolved a'],
    ['data that stopped', anAlert('a', { status: 'unconfirmed' }), 'phone: unconfirmed a'],
    ['a relapse', anAlert('a', { firingSince: start + minute }), 'phone: fired a'],
  ])('holds back %s', (_what, changed, line) => {
    const story = begun();
    story.set(changed);
    expect(story.until(start + minute)).toEqual([]);
    expect(story.until(next - 1)).toEqual([]);
    expect(story.until(next)).toEqual([line]);
  });

  it.each([
    ['a rise to critical', anAlert('a', { severity: 'critical' }), 'phone: raised a'],
    ['a new critical alert', anAlert('b', { severity: 'critical' }), 'phone: fired b'],
    [
      'the end of a critical one',
      anAlert('c', { severity: 'critical', status: 'resolved' }),
      'phone: resolved c',
    ],
    [
      'an acknowledgement',
      anAlert('a', { acknowledged: { at: start + minute, until: null } }),
      'phone: acknowledged a',
    ],
  ])('does not hold back %s', (_what, changed, line) => {
    const story = begun();
    story.set(changed);
    expect(story.until(start + minute)).toEqual([line]);
  });

  it('is no delay once it is over, but others that follow at once come along', () => {
    const story = begun();
    story.until(start + hour);
    story.set(anAlert('b'));
    expect(story.until(start + hour + 10 * second)).toEqual([]);
    story.set(anAlert('d', { firingSince: start + 1 }));
    expect(story.until(start + hour + 30 * second)).toEqual(['phone: fired b, fired d']);
  });

  it('tells what is unconfirmed once', () => {
    const story = begun();
    story.change('a', { status: 'unconfirmed' });
    expect(story.until(next)).toEqual(['phone: unconfirmed a']);
    story.change('a', { status: 'firing' });
    expect(story.until(next + minute)).toEqual([]);
    story.change('a', { status: 'unconfirmed' });
    expect(story.until(next + hour)).toEqual([]);
  });
});

describe('updates', () => {
  it.each([
    ['the route asks for them', { notify_updates: true }, ['phone: updated a']],
    ['it does not', {}, []],
  ])('are told at the interval when %s', (_when, handling, lines) => {
    const story = tellStory({ routing: routedBy(handling) });
    story.set(anAlert('a', { severity: 'critical' }));
    story.until(start);
    story.change('a', { summaryHash: 'two' });
    expect(story.until(start + 5 * minute - 1)).toEqual([]);
    expect(story.until(start + 5 * minute)).toEqual(lines);
    expect(story.until(start + 10 * minute)).toEqual([]);
  });
});

describe('repetition', () => {
  const begun = (severity: 'critical' | 'warning') => {
    const story = tellStory();
    story.set(anAlert('a', { severity }));
    story.until(start);
    story.until(start + 30 * second);
    return story;
  };

  it.each([
    ['critical', start + 4 * hour],
    ['warning', start + 30 * second + 4 * hour],
  ] as const)('follows four hours after a channel was last told: %s', (severity, due) => {
    const story = begun(severity);
    story.world.isOperators = true;
    expect(story.until(due - 1)).toEqual([]);
    expect(story.until(due)).toEqual(['phone: repeated a']);
    expect(story.until(due + 4 * hour)).toEqual(['phone: repeated a']);
  });

  it('is none while somebody takes care of it', () => {
    const story = begun('warning');
    story.change('a', { acknowledged: { at: start + hour, until: null } });
    expect(story.until(start + hour)).toEqual(['phone: acknowledged a']);
    expect(story.nextDue).toBeNull();
    expect(story.until(start + 20 * hour)).toEqual([]);
  });

  it.each([
    ['a millisecond before a snooze ends', 2 * hour - 1, []],
    ['at once when it ends', 2 * hour, ['phone: repeated a']],
  ])('%s', (_when, at, lines) => {
    const story = begun('warning');
    story.change('a', { acknowledged: { at: start + hour, until: start + 2 * hour } });
    story.until(start + hour);
    expect(story.until(start + at)).toEqual(lines);
  });

  it('follows at once when somebody gives it back', () => {
    const story = begun('warning');
    story.change('a', { acknowledged: { at: start + hour, until: null } });
    story.until(start + hour);
    story.change('a', { acknowledged: null });
    expect(story.until(start + 2 * hour)).toEqual(['phone: repeated a']);
  });
});

describe('an acknowledgement', () => {
  it('before anybody was told holds the alert', () => {
    const story = tellStory();
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + second);
    story.change('a', { acknowledged: { at: start + second, until: start + hour } });
    expect(story.until(start + hour - 1)).toEqual([]);
    expect(story.hold('a')).toEqual({ reason: 'acknowledged', since: start + second, until: start + hour });
    expect(story.until(start + hour + 30 * second)).toEqual(['phone: fired a']);
  });

  it('is told with a rise that somebody saw', () => {
    const story = tellStory();
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + minute);
    story.change('a', { severity: 'critical', acknowledged: { at: start + hour, until: null } });
    expect(story.until(start + hour)).toEqual(['phone: acknowledged a']);
    expect(story.until(start + 9 * hour)).toEqual([]);
  });
});

describe('steps', () => {
  it('go on when an alert opens again that the ledger has forgotten', () => {
    const story = tellStory();
    story.set(anAlert('a', { severity: 'critical' }));
    story.until(start);
    story.change('a', { status: 'resolved' });
    story.until(start + minute);
    expect(story.ledger.alerts).toEqual({});
    story.change('a', { status: 'firing', firingSince: start + hour });
    story.until(start + hour);
    expect(story.told.map(({ step, reason }) => [step, reason])).toEqual([
      [1, 'fired'],
      [2, 'resolved'],
      [3, 'fired'],
    ]);
  });

  it('count per channel, and stand in one delivery where the channel takes several', () => {
    const story = tellStory({ routing: routedBy({ channels: ['mail', 'pager', 'phone'] }) });
    story.set(anAlert('a'), anAlert('b'));
    story.until(start);
    expect(story.plan(start + 30 * second).deliveries).toMatchObject([
      {
        channel: 'mail',
        steps: [
          { alertId: 'a', step: 1 },
          { alertId: 'b', step: 1 },
        ],
      },
      { channel: 'pager', steps: [{ alertId: 'a', step: 1 }] },
      { channel: 'pager', steps: [{ alertId: 'b', step: 1 }] },
      {
        channel: 'phone',
        steps: [
          { alertId: 'a', step: 1 },
          { alertId: 'b', step: 1 },
        ],
      },
    ]);
  });
});

describe('channels', () => {
  it('that two routes lead to are told once', () => {
    const routes = [
      { name: 'one', continue: true, channels: ['phone'], group: { wait_seconds: 5 } },
      { name: 'two', channels: ['phone', 'mail'], group: { wait_seconds: 10 } },
    ];
    const story = tellStory({ routing: { ...plainRouting, routes } });
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + minute);
    expect(story.told).toMatchObject([
      { at: start + 5 * second, channel: 'phone', route: 'one' },
      { at: start + 10 * second, channel: 'mail', route: 'two' },
    ]);
  });

  it('that are off hear nothing, and everything open when they are on again', () => {
    const story = tellStory();
    story.set(anAlert('a'), anAlert('b'));
    story.until(start);
    story.until(start + minute);
    story.world.channels = { phone: { ...aChannel, active: false } };
    story.change('b', { status: 'resolved' });
    expect(story.until(start + hour)).toEqual([]);
    expect(story.hold('a')).toMatchObject({ reason: 'no_route' });
    expect(Object.keys(story.ledger.alerts)).toEqual(['a']);
    story.world.channels = { phone: aChannel };
    expect(story.until(start + hour + 30 * second)).toEqual(['phone: fired a']);
    expect(story.hold('a')).toBeUndefined();
    expect(story.told.at(-1)).toMatchObject({ step: 2 });
  });

  it('that the alert no longer goes to are told of its end, and of nothing else', () => {
    const story = tellStory();
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + minute);
    story.world.routing = { ...plainRouting, default: { channels: ['mail'] } };
    story.change('a', { severity: 'critical' });
    expect(story.until(start + 10 * minute)).toEqual(['mail: fired a']);
    story.change('a', { status: 'resolved' });
    expect(story.until(start + 20 * minute)).toEqual(['mail: resolved a', 'phone: resolved a']);
  });

  it('do not exist for a route that names none', () => {
    const story = tellStory({ routing: { ...plainRouting, default: {} } });
    story.set(anAlert('a'));
    expect(story.until(start)).toEqual([]);
    expect(story.hold('a')).toEqual({ reason: 'no_route', since: start });
    expect(story.nextDue).toBeNull();
  });
});

describe('a question', () => {
  const channels = { phone: aChannel, own: { ...aChannel, subjectId: 's-ann' } };
  const question = anAlert('q', { severity: 'info', asksQuestion: true });

  it('goes to the person, once, however minor it is', () => {
    const story = tellStory({ channels, budgets: [{ severity: 'info', alerts: 0, days: 1 }] });
    story.set(question);
    story.until(start);
    expect(story.until(start + 30 * second)).toEqual(['own: asked q']);
    expect(story.hold('q')).toBeUndefined();
    expect(story.until(start + 20 * hour)).toEqual([]);
    story.change('q', { status: 'resolved', asksQuestion: false });
    expect(story.until(start + 20 * hour + minute)).toEqual(['own: resolved q']);
    expect(story.ledger.alerts).toEqual({});
  });

  it('also goes where the alert goes', () => {
    const story = tellStory({ channels });
    story.set({ ...question, severity: 'warning' });
    story.until(start);
    expect(story.until(start + 30 * second)).toEqual(['phone: fired q', 'own: asked q']);
  });

  it('is asked although somebody takes care of the alert', () => {
    const story = tellStory({ channels });
    story.set({ ...question, severity: 'warning' });
    story.until(start);
    story.change('q', { acknowledged: { at: start + second, until: start + hour } });
    expect(story.until(start + minute)).toEqual(['own: asked q']);
    expect(story.until(start + hour)).toEqual([]);
    expect(story.until(start + hour + minute)).toEqual(['phone: fired q']);
  });

  it('is a message of its own to the person, whose phone has no room for answers beside other alerts', () => {
    const story = tellStory({ channels, routing: routedBy({ channels: ['own', 'phone'] }) });
    story.set({ ...question, severity: 'critical' }, anAlert('a', { severity: 'critical' }));
    const { deliveries } = story.plan(start);
    expect(deliveries.map(({ channel, steps }) => [channel, steps.map(({ alertId }) => alertId)])).toEqual([
      ['own', ['a']],
      ['own', ['q']],
      ['phone', ['a', 'q']],
    ]);
  });

  it('goes where a route for questions says, and not elsewhere', () => {
    const routes = [{ name: 'asks', match: { question: true }, deliver_info: true, channels: ['phone'] }];
    const story = tellStory({ channels, routing: { ...plainRouting, routes } });
    story.set(question);
    story.until(start);
    expect(story.until(start + 30 * second)).toEqual(['phone: fired q']);
  });

  it('is asked when an alert that was told comes to ask it', () => {
    const story = tellStory({ channels, routing: { ...plainRouting, default: { channels: ['own'] } } });
    story.set(anAlert('q'));
    story.until(start);
    expect(story.until(start + 30 * second)).toEqual(['own: fired q']);
    story.change('q', { asksQuestion: true });
    expect(story.until(start + minute)).toEqual(['own: asked q']);
  });
});
