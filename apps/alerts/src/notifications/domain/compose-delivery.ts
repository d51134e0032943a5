import { deliveryId, utc, type Language } from '@bridge/contracts';
import type { LiveSubject } from '@bridge/vault';
import type { LinkAction, NewLink } from '../../actions/links/domain/action-link.ts';
import { linkLabel } from '../../actions/links/domain/link-words.ts';
import type { Notification, NotificationAlert } from '../../channels/channel.ts';
import { neutralTitle } from '../../channels/notification-words.ts';
import {
  episodeDetails,
  episodeSeverity,
  firingSinceOf,
  reasonOf,
  statusOf,
  type Episode,
} from '../../episodes/domain/episode.ts';
import { languageOf } from './notified-person.ts';
import type { PlannedDelivery, PlannedStep } from './notification-plan.ts';

export type ComposedDelivery = {
  readonly deliveryId: string;
  readonly channel: string;
  readonly person: LiveSubject;
  readonly steps: readonly PlannedStep[];
  readonly notification: Notification;
  readonly links: readonly NewLink[];
};

export type ComposeContext = {
  readonly now: number;
  /** The origin at which people reach the bridge, without a slash at its end. */
  readonly publicUrl: string;
  readonly newLinkId: () => string;
  readonly linkToken: (linkId: string) => string;
  /** How long a link can be used; milliseconds. */
  readonly linkLifeMs: number;
};

type Recipient = {
  readonly readByPeople: boolean;
  /** Its messages may say what was measured, and of whom. */
  readonly fitForHealthData: boolean;
  /** The person whose own channel it is. */
  readonly subjectId: string | null;
};

/** The finished words of a delivery. Every attempt repeats them. */
export function composeDelivery(
  { channel, steps }: PlannedDelivery,
  { person, episodes }: { readonly person: LiveSubject; readonly episodes: readonly Episode[] },
  recipient: Recipient,
  context: ComposeContext,
): ComposedDelivery {
  const language = languageOf(episodes);
  const composed = steps.map((step) => {
    const episode = episodes.find(({ alertId }) => alertId === step.alertId);
    if (episode === undefined) throw new Error('a plan names an alert that was not read');
    const isOwn = recipient.subjectId === person.subjectId;
    const links = recipient.readByPeople
      ? actionLinks(episode, { channel, subjectId: person.subjectId }, recipient, context)
      : [];
    return { links, alert: notificationAlert(episode, step, recipient, { language, links, isOwn, context }) };
  });
  const [first, ...others] = composed.map(({ alert }) => alert);
  if (first === undefined) throw new Error('a delivery has no alert');
  const id = deliveryId(channel, steps);
  return {
    deliveryId: id,
    channel,
    person,
    steps,
    links: composed.flatMap(({ links }) => links),
    notification: { deliveryId: id, at: utc(context.now), language, alerts: [first, ...others] },
  };
}

type Wording = {
  readonly language: Language;
  readonly links: readonly NewLink[];
  /** The person reads it. */
  readonly isOwn: boolean;
  readonly context: ComposeContext;
};

function notificationAlert(
  episode: Episode,
  { step, reason }: PlannedStep,
  recipient: Recipient,
  { language, links, isOwn, context }: Wording,
): NotificationAlert {
  const { alertId } = episode;
  const { title } = episodeDetails(episode);
  const asks = reason === 'asked' || links.some(({ action }) => action.startsWith('answer:'));
  const neutral = neutralTitle(language, { isOwn, asks });
  return {
    alertId,
    step,
    reason,
    status: statusOf(episode),
    severity: episodeSeverity(episode),
    firingSince: utc(firingSinceOf(episode)),
    title: recipient.fitForHealthData ? (title ?? neutral) : neutral,
    ...(recipient.fitForHealthData && { details: healthDetails(episode) }),
    links: {
      open: `${context.publicUrl}/#/alerts/${alertId}`,
      actions: links.map(({ action, linkId }) => ({
        label: linkLabel(action, language),
        url: `${context.publicUrl}/a/${context.linkToken(linkId)}`,
      })),
    },
  };
}

function healthDetails(episode: Episode) {
  const { summary, advice, question, mode } = episodeDetails(episode);
  const resolution = reasonOf(episode);
  return {
    userId: episode.userId,
    kind: episode.kind,
    ...(summary !== undefined && { summary }),
    ...(advice !== undefined && { advice }),
    ...(question !== undefined && { question }),
    ...(mode !== undefined && { mode }),
    ...(resolution !== undefined && { resolution }),
  };
}

/** A person's own channel gets the answers to the question; everybody else acts on the alert. */
function actionLinks(
  episode: Episode,
  target: { readonly channel: string; readonly subjectId: string },
  recipient: Recipient,
  { now, newLinkId, linkLifeMs }: ComposeContext,
): NewLink[] {
  const { question, answers, hypothesis_id } = episodeDetails(episode);
  const isOwn = recipient.subjectId === target.subjectId;
  const link = (action: LinkAction, hypothesisId: string | null): NewLink => ({
    linkId: newLinkId(),
    alertId: episode.alertId,
    action,
    hypothesisId,
    sentFor: { firingSince: firingSinceOf(episode), severity: episodeSeverity(episode) },
    expiresAt: now + linkLifeMs,
    ...target,
  });
  if (statusOf(episode) === 'resolved')
    return (['useful', 'not_useful'] as const).map((action) => link(action, null));
  if (question !== undefined && hypothesis_id !== undefined && isOwn) {
    return (answers ?? []).map((answer) => link(`answer:${answer}` as const, hypothesis_id));
  }
  return (['acknowledge', 'snooze', 'resolve'] as const).map((action) => link(action, null));
}
