// In: a person's answer to a question or an alert, over HTTP. Out: one event on `biometric.events`.
// Holds: accepted means durable. Whether the question is still open cognition decides, which `explain` shows.
import {
  declarationEvent,
  minuteOf,
  type Answer,
  type DeclarationResult,
  type DeclarationSender,
} from '@bridge/contracts';
import type { Acceptance } from '../flat-bodies/accept-once.ts';
import type { EventDraft } from '../flat-bodies/domain/interpret-body.ts';

export type AnswerReceipt =
  | { readonly kind: Exclude<Acceptance['kind'], 'failed'>; readonly eventId: string }
  | Extract<DeclarationResult, { readonly kind: 'invalid' }>;

export type GiveAnswer = (answer: Answer, sender: DeclarationSender) => Promise<AnswerReceipt>;

type Deps = { readonly acceptOnce: (drafts: readonly EventDraft[]) => Promise<readonly Acceptance[]> };

/** Throws a transient error when nothing durable can be reached. */
export function createGiveAnswer({ acceptOnce }: Deps): GiveAnswer {
  return async function giveAnswer(answer, sender) {
    const made = declarationEvent({ answer }, sender, minuteOf(sender.arrivalMs));
    if (made.kind === 'invalid') return made;
    const [acceptance] = await acceptOnce([{ event: made.event, raw: Buffer.from(sender.raw) }]);
    if (acceptance === undefined) throw new Error('An event has no outcome.');
    if (acceptance.kind === 'failed') throw acceptance.error;
    return { kind: acceptance.kind, eventId: made.event.event_id };
  };
}
