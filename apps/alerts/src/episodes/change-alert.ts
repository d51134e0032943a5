// In: a person's action on an alert. Out: the changed episode, its history, a message on `biometric.alert-changes`, and
// notifications that become due.
// Holds: all of it is one transaction, together with the statements that an action brings along, such as spending a link.
import type { BatchTransaction, BeginBatch } from '@bridge/delivery';
import type { Statement } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import { decideAction, evolve, type AlertAction, type Episode } from './domain/episode.ts';
import { composeChanges, type ChangeWritesDeps } from './rows/change-writes.ts';
import { lockEpisodes } from './rows/episode-reads.ts';
import { writeFeedback } from './rows/feedback-rows.ts';

export type ActionResult =
  | { readonly kind: 'changed' | 'unchanged' | 'ended'; readonly episode: Episode }
  /** The claim was taken before. */
  | { readonly kind: 'repeated'; readonly episode: Episode }
  /** It is not meant for what the alert is now. */
  | { readonly kind: 'outdated'; readonly episode: Episode }
  | { readonly kind: 'missing' };

export type ActionRequest = {
  readonly alertId: string;
  readonly action: AlertAction;
  /** Who acts: a key's name, or the channel of a signed link. */
  readonly by: string;
  /** Whether the action is meant for the alert as it is now. */
  readonly isMeantFor?: (episode: Episode) => boolean;
  /** Runs in the same transaction and says whether this request is the first: a link is spent, a client's id is noted. */
  readonly claim?: (transaction: Pick<BatchTransaction, 'query' | 'claim'>) => Promise<boolean>;
};

export type ChangeAlert = (request: ActionRequest) => Promise<ActionResult>;

export type ChangeAlertDeps = ChangeWritesDeps & {
  readonly beginBatch: BeginBatch;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  /** After a commit that changed an episode. */
  readonly planSoon: () => void;
};

export function createChangeAlert(deps: ChangeAlertDeps): ChangeAlert {
  return async function changeAlert({ alertId, action, by, claim, isMeantFor }) {
    const transaction = deps.beginBatch([], true);
    try {
      // Before the lock on the episode, in the order in which signals take theirs.
      const isFirst = claim === undefined || (await claim(transaction));
      const locked = await lockEpisodes({ ...deps, query: transaction.query }, [alertId]);
      const found = locked.get(alertId);
      if (found?.kind !== 'readable') {
        await transaction.abandon();
        return { kind: 'missing' };
      }
      const { episode, person } = found;
      if (!isFirst) {
        await transaction.abandon();
        return { kind: 'repeated', episode };
      }
      if (isMeantFor?.(episode) === false) {
        await transaction.abandon();
        return { kind: 'outdated', episode };
      }
      const verdict = decideAction(episode, action, by, deps.now());
      if (verdict.kind === 'ended') {
        await transaction.abandon();
        return { kind: 'ended', episode };
      }
      const after = verdict.kind === 'change' ? evolve(episode, verdict.event) : episode;
      const changes =
        verdict.kind === 'change'
          ? [{ before: episode, after, event: verdict.event, traceparent: undefined }]
          : [];
      const writes = composeChanges(deps, changes, () => person);
      const own = feedback(after, action, { by, at: deps.now(), person });
      transaction.stage(Promise.resolve([...writes.statements, ...own]), writes.announcements);
      await transaction.commit([]);
      transaction.handOver();
      if (changes.length > 0) deps.planSoon();
      return { kind: verdict.kind === 'change' ? 'changed' : 'unchanged', episode: after };
    } catch (error) {
      await transaction.abandon();
      throw error;
    }
  };
}

function feedback(
  episode: Episode,
  action: AlertAction,
  given: { readonly by: string; readonly at: number; readonly person: LiveSubject },
): Statement[] {
  if (action.type !== 'feedback') return [];
  const { useful, comment } = action;
  return [writeFeedback({ alertId: episode.alertId, kind: episode.kind, useful, comment, ...given })];
}
