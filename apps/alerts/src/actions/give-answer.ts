// In: a person's answer to a question, by a signed link. Out: the same event on `biometric.events` that
// `POST /users/{user_id}/answers` makes, through the outbox.
// Holds: the link is spent in the transaction that writes the event; the event's id follows from the link. A question that is
// over takes no answer, and its link stays unspent.
import { declarationEvent, topics, type AnswerChoice } from '@bridge/contracts';
import type { Announce, BeginBatch } from '@bridge/delivery';
import type { Vault } from '@bridge/vault';
import { findEpisode } from '../episodes/rows/episode-reads.ts';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import { linkStanding, type ActionLink } from './links/domain/action-link.ts';
import type { ActResult } from './links/link-routes.ts';
import { spendLink } from './links/rows/link-rows.ts';

export type GiveAnswerDeps = {
  readonly beginBatch: BeginBatch;
  readonly vault: Pick<Vault, 'byId'>;
  readonly noteUnreadable: NoteUnreadable;
  readonly announce: Announce;
  /** `topics.events.name`, or a test's. */
  readonly topic: string;
  readonly now: () => number;
};

export function createGiveAnswer(deps: GiveAnswerDeps) {
  const { beginBatch, vault, announce, topic, now } = deps;
  return async function giveAnswer(link: ActionLink, answer: AnswerChoice): Promise<ActResult> {
    const person = (await vault.byId([link.subjectId])).get(link.subjectId);
    if (person === undefined || person.erased || link.hypothesisId === null) return { kind: 'missing' };
    const event = answerEvent(link.linkId, link.hypothesisId, answer, { userId: person.userId, now: now() });
    const transaction = beginBatch([], true);
    try {
      if (!(await spendLink(transaction.query, link.linkId, now()))) {
        await transaction.abandon();
        return { kind: 'already_done' };
      }
      const episode = await findEpisode({ ...deps, query: transaction.query }, link.alertId);
      // Whether a question is open of which nothing can be read, cognition knows.
      if (episode !== undefined && linkStanding(link, episode) !== 'current') {
        await transaction.abandon();
        return { kind: 'question_over' };
      }
      const announcement = announce(
        {
          topic,
          value: event,
          id: event.event_id,
          type: topics.events.value,
          time: event.timestamp,
          userId: event.user_id,
        },
        person,
      );
      transaction.stage(Promise.resolve([]), [announcement]);
      await transaction.commit([]);
      transaction.handOver();
      return { kind: 'done' };
    } catch (error) {
      await transaction.abandon();
      throw error;
    }
  };
}

function answerEvent(
  linkId: string,
  hypothesisId: string,
  answer: AnswerChoice,
  { userId, now }: { readonly userId: string; readonly now: number },
) {
  const given = { hypothesis_id: hypothesisId, answer };
  const made = declarationEvent(
    { answer: given },
    {
      userId,
      clientId: `link:${linkId}`,
      timestamp: undefined,
      raw: Buffer.from(JSON.stringify(given)),
      arrivalMs: now,
      // It says how old a given time may be, and none is given.
      retentionDays: 1,
    },
    linkId,
  );
  if (made.kind === 'invalid') throw new Error('an answer by link was valid when its link was made');
  return made.event;
}
