// In: a click on the button of a signed link. Out: the action on its alert, or the person's answer as an event.
// Holds: the link is spent in the transaction that acts, so a second click finds it done.
import type { AnswerChoice } from '@bridge/contracts';
import type { AlertAction } from '../episodes/domain/episode.ts';
import type { ChangeAlert } from '../episodes/change-alert.ts';
import type { ActResult } from './links/link-routes.ts';
import { answerOf, linkStanding, type ActionLink } from './links/domain/action-link.ts';
import { spendLink } from './links/rows/link-rows.ts';

export type ActOnLinkDeps = {
  readonly changeAlert: ChangeAlert;
  readonly giveAnswer: (link: ActionLink, answer: AnswerChoice) => Promise<ActResult>;
  readonly now: () => number;
};

const snoozeMs = 3_600_000;

export function createActOnLink({ changeAlert, giveAnswer, now }: ActOnLinkDeps) {
  return async function actOnLink(link: ActionLink): Promise<ActResult> {
    const answer = answerOf(link.action);
    if (answer !== undefined) return giveAnswer(link, answer);
    const { kind } = await changeAlert({
      alertId: link.alertId,
      action: actionOf(link, now()),
      by: `channel:${link.channel}`,
      isMeantFor: (episode) => linkStanding(link, episode) === 'current',
      claim: ({ query }) => spendLink(query, link.linkId, now()),
    });
    switch (kind) {
      case 'changed':
      case 'unchanged':
        return { kind: 'done' };
      case 'repeated':
        return { kind: 'already_done' };
      case 'outdated':
        return { kind: 'changed' };
      case 'ended':
      case 'missing':
        return { kind };
    }
  };
}

function actionOf({ action }: ActionLink, now: number): AlertAction {
  switch (action) {
    case 'acknowledge':
      return { type: 'acknowledge', until: null };
    case 'snooze':
      return { type: 'snooze', until: now + snoozeMs };
    case 'resolve':
      return { type: 'resolve' };
    case 'useful':
    case 'not_useful':
      return { type: 'feedback', useful: action === 'useful' };
    case 'answer:at_rest':
    case 'answer:exercise':
    case 'answer:fine':
    case 'answer:unwell':
      throw new Error('an answer is no action on an alert');
  }
}
