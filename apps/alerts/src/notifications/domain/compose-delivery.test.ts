import { DataKey } from '@bridge/vault';
import { describe, expect, it } from 'vitest';
import { after, fires, type GivenSignal } from '../../../test/episode-story.ts';
import { composeDelivery } from './compose-delivery.ts';

const question = {
  question: 'Were you at rest at 8 o\u2019clock?',
  answers: ['at_rest', 'exercise'],
  hypothesis_id: 'a1'.repeat(16),
} as const satisfies GivenSignal;

function composed(given: GivenSignal, reason: 'asked' | 'fired', subjectId: string | null) {
  const episode = after(fires('08:00', { title: 'Pulse of person-17', ...given }));
  const person = {
    erased: false,
    subjectId: 's-ann',
    userId: episode.userId,
    key: DataKey.random(),
  } as const;
  const steps = [{ alertId: episode.alertId, step: 1, reason, route: 'default' }];
  return composeDelivery(
    { channel: 'phone', steps },
    { person, episodes: [episode] },
    { readByPeople: true, fitForHealthData: false, subjectId },
    {
      now: episode.updatedAt,
      publicUrl: 'https://bridge.test',
      newLinkId: () => 'link',
      linkToken: (linkId) => linkId,
      linkLifeMs: 1_000,
    },
  ).notification.alerts[0];
}

describe('a title for a channel that is not fit for health data', () => {
  it.each([
    ["asks on the person's own", 's-ann', 'asked', question, 'A question about how you feel'],
    [
      'asks in German',
      's-ann',
      'asked',
      { ...question, language: 'de' },
      'Eine Frage dazu, wie es Ihnen geht',
    ],
    ["comes with answers on the person's own", 's-ann', 'fired', question, 'A question about how you feel'],
    ["speaks to the person on the person's own", 's-ann', 'fired', {}, 'Please take a look at how you are'],
    ['speaks of somebody elsewhere', null, 'fired', question, 'Somebody you follow needs a look'],
    ["speaks of somebody on another's own", 's-bob', 'fired', {}, 'Somebody you follow needs a look'],
  ] as const)('%s', (_what, subjectId, reason, given, title) => {
    const alert = composed(given, reason, subjectId);
    expect(alert.title).toBe(title);
    expect(alert.details).toBeUndefined();
    expect(JSON.stringify(alert)).not.toMatch(/pulse|person-17|o\u2019clock/i);
  });
});
