import { describe, expect, it } from 'vitest';
import {
  aChannel,
  anAlert,
  day,
  hour,
  minute,
  plainRouting,
  start,
  tellStory,
} from '../../../test/notification-story.ts';

describe('channels that were turned off while an alert ended', () => {
  const off = { ...aChannel, active: false };
  const offAtTheEnd = (facts = off) => {
    const story = tellStory();
    story.set(anAlert('a', { severity: 'critical' }));
    story.until(start);
    story.world.channels = { phone: facts };
    story.until(start + minute);
    story.change('a', { status: 'resolved' });
    expect(story.until(start + hour)).toEqual([]);
    return story;
  };

  it('hear of the end once they are on again, although the alert goes elsewhere by then', () => {
    const story = offAtTheEnd();
    story.world.channels = { phone: aChannel, mail: aChannel };
    story.world.routing = { ...plainRouting, default: { channels: ['mail'] } };
    expect(story.until(start + 20 * day)).toEqual(['phone: resolved a']);
    expect(story.told.at(-1)).toMatchObject({ step: 2, at: start + hour });
    expect(story.ledger.alerts).toEqual({});
    expect(story.nextDue).toBeNull();
  });

  it('hear of an end that comes long after they are on again, although somebody took care of the alert', () => {
    const story = tellStory();
    story.set(anAlert('a'));
    story.until(start);
    story.until(start + minute);
    story.world.channels = { phone: off };
    story.until(start + hour);
    story.change('a', { acknowledged: { at: start + hour, until: null } });
    story.world.channels = { phone: aChannel };
    expect(story.until(start + 40 * day)).toEqual([]);
    story.change('a', { status: 'resolved' });
    expect(story.until(start + 40 * day + hour)).toEqual(['phone: resolved a']);
  });

  it('hear that it fires where it fires again', () => {
    const story = offAtTheEnd();
    story.change('a', { status: 'firing', firingSince: start + 2 * hour });
    story.world.channels = { phone: aChannel };
    expect(story.until(start + 2 * hour)).toEqual(['phone: fired a']);
  });

  it.each([
    ['a millisecond before 30 days are over', minute + 30 * day - 1, ['phone: resolved a']],
    ['after 30 days', minute + 30 * day, []],
  ])('%s', (_when, after, lines) => {
    const story = offAtTheEnd();
    story.until(start + after - 1);
    story.world.channels = { phone: aChannel };
    expect(story.plan(start + after).deliveries.map(({ channel }) => `${channel}: resolved a`)).toEqual(
      lines,
    );
    expect(story.ledger.alerts).toEqual({});
  });

  it.each([
    ['are gone', { phone: { ...off, gone: true } }],
    ['were deleted', {}],
  ])('are owed nothing when they %s', (_what, channels: Record<string, typeof aChannel>) => {
    const story = offAtTheEnd();
    story.world.channels = channels;
    story.plan(start + 2 * hour);
    expect(story.ledger.alerts).toEqual({});
    story.world.channels = { phone: aChannel };
    expect(story.until(start + 3 * hour)).toEqual([]);
  });
});
