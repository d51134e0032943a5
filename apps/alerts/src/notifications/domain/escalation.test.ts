import { describe, expect, it } from 'vitest';
import {
  aChannel,
  anAlert,
  hour,
  minute,
  plainRouting,
  second,
  start,
  tellStory,
} from '../../../test/notification-story.ts';

const steps = [
  { after_minutes: 10, channels: ['mail'] },
  { after_minutes: 20, channels: ['boss', 'phone'] },
];
const routing = { ...plainRouting, default: { channels: ['phone'], escalation: steps } };
const critical = { severity: 'critical' as const };

describe('an escalation', () => {
  it.each([
    ['critical', 0],
    ['warning', 30 * second],
  ] as const)('counts from the first notification, then from the step before it: %s', (severity, first) => {
    const story = tellStory({ routing });
    story.set(anAlert('a', { severity }));
    story.until(start);
    story.until(start + first + 10 * minute - 1);
    expect(story.told).toHaveLength(1);
    expect(story.until(start + first + 10 * minute)).toEqual(['mail: escalated a']);
    expect(story.until(start + first + 30 * minute - 1)).toEqual([]);
    expect(story.until(start + first + 30 * minute)).toEqual(['boss: escalated a', 'phone: escalated a']);
  });

  it.each([
    ['acknowledged', { acknowledged: { at: start + minute, until: null } }, ['phone: acknowledged a']],
    ['resolved', { status: 'resolved' as const }, ['phone: resolved a']],
  ])('ends when the alert is %s', (_what, facts, lines) => {
    const story = tellStory({ routing });
    story.set(anAlert('a', critical));
    story.until(start);
    story.until(start + minute);
    story.change('a', facts);
    expect(story.until(start + 100 * hour)).toEqual(lines);
    expect(story.unanswered).toEqual([]);
  });

  it('also tells those whom it reached that somebody takes care, and of the end', () => {
    const story = tellStory({ routing });
    story.set(anAlert('a', critical));
    story.until(start);
    story.until(start + 10 * minute);
    story.change('a', { acknowledged: { at: start + 10 * minute, until: null } });
    expect(story.until(start + 11 * minute)).toEqual(['phone: acknowledged a', 'mail: acknowledged a']);
    story.change('a', { status: 'resolved', acknowledged: null });
    expect(story.until(start + 12 * minute).toSorted()).toEqual(['mail: resolved a', 'phone: resolved a']);
  });

  it('goes on after a snooze, with the whole delay of the step that comes next', () => {
    const story = tellStory({ routing });
    story.set(anAlert('a', critical));
    story.until(start);
    story.until(start + 9 * minute);
    story.change('a', { acknowledged: { at: start + 9 * minute, until: start + hour } });
    expect(story.until(start + hour)).toEqual(['phone: acknowledged a', 'phone: repeated a']);
    expect(story.until(start + hour + 10 * minute - 1)).toEqual([]);
    expect(story.until(start + hour + 10 * minute)).toEqual(['mail: escalated a']);
    expect(story.until(start + hour + 30 * minute)).toEqual(['boss: escalated a', 'phone: escalated a']);
  });

  it('starts anew with a rise to critical', () => {
    const story = tellStory({ routing });
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + 30 * second + 10 * minute);
    story.change('a', critical);
    expect(story.until(start + 15 * minute)).toEqual(['phone: raised a']);
    expect(story.until(start + 30 * second + 20 * minute)).toEqual(['mail: escalated a']);
  });

  it('starts anew when the alert fires again', () => {
    const story = tellStory({ routing });
    story.set(anAlert('a', critical));
    story.until(start);
    story.until(start + 30 * minute);
    story.change('a', { firingSince: start + 30 * minute });
    expect(story.until(start + 31 * minute)).toEqual(['phone: fired a']);
    expect(story.until(start + 40 * minute)).toEqual(['mail: escalated a']);
  });

  it('takes steps without a delay at once, and no channel twice', () => {
    const escalation = [
      { after_minutes: 0, channels: ['phone', 'mail'] },
      { after_minutes: 0, channels: ['boss'] },
    ];
    const story = tellStory({ routing: { ...plainRouting, default: { channels: ['phone'], escalation } } });
    story.set(anAlert('a', critical));
    story.until(start);
    expect(story.told.map(({ channel, reason }) => `${channel} ${reason}`)).toEqual([
      'phone fired',
      'mail escalated',
      'boss escalated',
    ]);
  });

  it('waits for quiet hours to end, unless the alert is critical', () => {
    const quiet_hours = { from: '12:05', to: '14:00' };
    const quiet = { ...plainRouting, default: { channels: ['phone'], escalation: steps, quiet_hours } };
    const story = tellStory({ routing: quiet });
    story.set(anAlert('a'), anAlert('b', critical));
    story.until(start);
    story.until(start + minute);
    expect(story.until(start + 2 * hour - 1)).toEqual([
      'mail: escalated b',
      'boss: escalated b',
      'phone: escalated b',
    ]);
    expect(story.until(start + 2 * hour)).toEqual(['mail: escalated a']);
  });

  it('is held by a silence and goes on after it', () => {
    const silences = [{ silenceId: 's', match: {}, beginsAt: start + minute, endsAt: start + hour }];
    const story = tellStory({ routing, silences });
    story.set(anAlert('a', critical));
    story.until(start);
    expect(story.until(start + hour - 1)).toEqual([]);
    expect(story.until(start + hour)).toEqual(['mail: escalated a']);
    expect(story.until(start + hour + 20 * minute)).toEqual(['boss: escalated a', 'phone: escalated a']);
  });

  it('of a critical alert starts without a channel that can be told first', () => {
    const story = tellStory({ routing, channels: { mail: aChannel } });
    story.set(anAlert('a', critical), anAlert('b'));
    story.until(start);
    expect(story.hold('a')).toMatchObject({ reason: 'no_route' });
    expect(story.until(start + 10 * minute)).toEqual(['mail: escalated a']);
    expect(story.hold('a')).toBeUndefined();
    expect(story.hold('b')).toMatchObject({ reason: 'no_route' });
  });
});

describe('a critical alert that nobody acknowledges', () => {
  it.each([
    ['the delay of the last step after it', routing, 50 * minute],
    ['15 minutes after the first notification where there are no steps', plainRouting, 15 * minute],
    ['15 minutes after it fired where nobody can be told', { ...plainRouting, default: {} }, 15 * minute],
  ])('is unanswered %s, once per firing', (_when, routes, after) => {
    const story = tellStory({ routing: routes });
    story.set(anAlert('a', critical));
    story.until(start);
    story.until(start + after - 1);
    expect(story.unanswered).toEqual([]);
    story.until(start + after);
    expect(story.unanswered).toEqual(['a']);
    story.until(start + 20 * hour);
    expect(story.unanswered).toEqual(['a']);
    story.change('a', { firingSince: start + 20 * hour });
    story.until(start + 40 * hour);
    expect(story.unanswered).toEqual(['a', 'a']);
  });

  it.each([
    [
      'somebody acknowledges it',
      { acknowledged: { at: start + hour, until: start + 2 * hour } },
      'answered' as const,
    ],
    ['somebody ends it', { status: 'resolved' as const, reason: 'manual' as const }, 'answered' as const],
    ['it ends', { status: 'resolved' as const, reason: 'recovered' as const }, 'recovered' as const],
    ['it fires anew', { firingSince: start + hour }, 'recovered' as const],
  ])('is no longer unanswered when %s, once', (_when, facts, reason) => {
    const story = tellStory({ routing: plainRouting });
    story.set(anAlert('a', critical));
    story.until(start);
    story.until(start + hour);
    expect(story.unanswered).toEqual(['a']);
    expect(story.answered).toEqual([]);
    story.change('a', facts);
    story.until(start + 20 * hour);
    expect(story.answered).toEqual([{ alertId: 'a', firingSince: start, reason }]);
  });

  it.each([
    ['acknowledged', { acknowledged: { at: start + 5 * minute, until: null } }, {}],
    ['a warning', { severity: 'warning' as const }, {}],
    ['for operators', {}, { isOperators: true }],
  ])('is not if it is %s', (_what, facts, world) => {
    const story = tellStory({ routing, ...world });
    story.set(anAlert('a', { ...critical, ...facts }));
    story.until(start);
    story.until(start + 20 * hour);
    expect(story.unanswered).toEqual([]);
  });
});

describe('people of an escalation who were told that somebody takes care', () => {
  it.each([
    ['ends', { acknowledged: { at: start + 15 * minute, until: start + hour } }, hour],
    ['is taken back', { acknowledged: null }, 20 * minute],
  ])('hear when that %s', (_what, facts, after) => {
    const story = tellStory({ routing });
    story.set(anAlert('a', critical));
    story.until(start);
    story.until(start + 12 * minute);
    story.change('a', { acknowledged: { at: start + 15 * minute, until: start + hour } });
    expect(story.until(start + 15 * minute)).toEqual(['phone: acknowledged a', 'mail: acknowledged a']);
    story.until(start + after - 1);
    story.change('a', facts);
    expect(story.until(start + after)).toEqual(['phone: repeated a', 'mail: repeated a']);
    expect(story.until(start + after + minute)).toEqual([]);
  });

  it('are not told of a rise before their step', () => {
    const story = tellStory({ routing });
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + minute);
    story.until(start + 12 * minute);
    story.change('a', { acknowledged: { at: start + 15 * minute, until: null } });
    story.until(start + 15 * minute);
    story.change('a', { ...critical, acknowledged: null });
    expect(story.until(start + 16 * minute)).toEqual(['phone: raised a']);
  });
});
