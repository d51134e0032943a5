import { describe, expect, test } from 'vitest';
import { after, fires, resolves } from '../../../../test/episode-story.ts';
import { episodeSeverity, evolve, firingSinceOf, type Episode } from '../../../episodes/domain/episode.ts';
import { linkStanding, type ActionLink, type LinkAction } from './action-link.ts';

const question = {
  question: 'Were you moving?',
  answers: ['exercise' as const],
  hypothesis_id: 'a1'.repeat(16),
};
const warning = { severity: 'warning' } as const;
const first = fires('08:00', { ...warning, ...question });

type Link = Pick<ActionLink, 'action' | 'hypothesisId' | 'sentFor'>;

/** As it is sent with a message about the episode. */
const linkTo = (episode: Episode, action: LinkAction = 'acknowledge'): Link => ({
  action,
  hypothesisId: action.startsWith('answer:') ? question.hypothesis_id : null,
  sentFor: { firingSince: firingSinceOf(episode), severity: episodeSeverity(episode) },
});

const closedByHand = (episode: Episode) =>
  evolve(episode, {
    type: 'acted',
    action: { type: 'resolve' },
    by: 'key:clinic',
    at: episode.updatedAt + 1,
  });

describe('a link that acts on an alert', () => {
  const reopened = after(first, resolves('08:10', warning), fires('08:20', warning));
  const raised = after(first, fires('08:10', { severity: 'critical' }));

  test.each(['acknowledge', 'snooze', 'resolve'] as const)(
    'to %s acts only on what it was sent for',
    (action) => {
      const link = linkTo(after(first), action);
      expect(linkStanding(link, after(first, fires('08:10', { ...warning, ...question })))).toBe('current');
      expect(linkStanding(link, reopened)).toBe('changed');
      expect(linkStanding(link, raised)).toBe('changed');
      expect(linkStanding(linkTo(reopened, action), reopened)).toBe('current');
      expect(linkStanding(linkTo(raised, action), raised)).toBe('current');
    },
  );

  test('of an alert that has ended says what the action says', () => {
    expect(linkStanding(linkTo(after(first)), after(first, resolves('08:10', warning)))).toBe('current');
  });

  test('to say whether it was useful acts at any time', () => {
    expect(linkStanding(linkTo(after(first), 'useful'), reopened)).toBe('current');
  });

  test('from before the firing was kept acts as it did', () => {
    expect(linkStanding({ ...linkTo(after(first)), sentFor: null }, reopened)).toBe('current');
  });
});

describe('a link that answers a question', () => {
  const asked = after(first);
  const link = linkTo(asked, 'answer:exercise');

  test('acts while the question is open, also of an alert that rose or was closed by hand', () => {
    expect(linkStanding(link, asked)).toBe('current');
    expect(linkStanding(link, after(first, fires('08:10', { severity: 'critical', ...question })))).toBe(
      'current',
    );
    expect(linkStanding(link, closedByHand(asked))).toBe('current');
  });

  test.each(['answered', 'withdrawn', 'expired', 'recovered'] as const)(
    'is over when its alert ends: %s',
    (reason) => {
      expect(linkStanding(link, after(first, resolves('08:10', { ...warning, reason })))).toBe(
        'question_over',
      );
    },
  );

  test('is over when the alert goes on without the question, or with another one', () => {
    expect(linkStanding(link, after(first, fires('08:10', warning)))).toBe('question_over');
    const other = { ...question, hypothesis_id: 'b2'.repeat(16) };
    expect(linkStanding(link, after(first, fires('08:10', { ...warning, ...other })))).toBe('question_over');
  });

  test('is over when it is asked again of a later firing', () => {
    const again = after(first, resolves('08:10', warning), fires('08:20', { ...warning, ...question }));
    expect(linkStanding(link, again)).toBe('question_over');
    expect(linkStanding({ ...link, sentFor: null }, again)).toBe('current');
  });
});
