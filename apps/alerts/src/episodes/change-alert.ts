// In: a person's action on an alert. Out: the changed episode, its history, a message on `biometric.alert-changes`, and
// notifications that become due.
// Holds: all of it is one transaction, together with the statements that an action brings along, such as spending a link.
import type { BeginBatch } from '@bridge/delivery';
import type { Statement } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import { decideAction, evolve, type AlertAction, type Episode } from './domain/episode.ts';
import { composeChanges, type ChangeWritesDeps } from './rows/change-writes.ts';
import { lockEpisodes } from './rows/episode-reads.ts';
import { writeFeedback } from './rows/feedback-rows.ts';

export type ActionResult =
  | { readonly kind: 'changed' | 'unchanged' | 'ended'; readonly episode: Episode }
  | { readonly kind: 'missing' };

export type ActionRequest = {
  readonly alertId: string;
  readonly action: AlertAction;
  /** Who acts: a key's name, or the channel of a signed link. */
  readonly by: string;
  /** Written in the same transaction, and also where the action changes nothing. */
  readonly statements?: readonly Statement[];
};

export type ChangeAlert = (request: ActionRequest) => Promise<ActionResult>;

export type ChangeAlertDeps = ChangeWritesDeps & {
  readonly beginBatch: BeginBatch;
  readonly vault: Vault;
  /** After a commit that changed an episode. */
  readonly planSoon: () => void;
};

export function createChangeAlert(deps: ChangeAlertDeps): ChangeAlert {
  return async function changeAlert({ alertId, action, by, statements = [] }) {
    const transaction = deps.beginBatch([], true);
    try {
      const found = (await lockEpisodes(transaction.query, deps.vault, [alertId])).get(alertId);
      if (found?.kind !== 'readable') {
        await transaction.abandon();
        return { kind: 'missing' };
      }
      const { episode: before, person } = found;
      const verdict = decideAction(before, action, by, deps.now());
      const after = verdict.kind === 'change' ? evolve(before, verdict.event) : before;
      const changes =
        verdict.kind === 'change' ? [{ before, after, event: verdict.event, traceparent: undefined }] : [];
      const writes = composeChanges(deps, changes, () => person);
      const own = [
        ...writes.statements,
        ...feedback(after, action, { by, at: deps.now(), person }),
        ...statements,
      ];
      if (own.length > 0) {
        transaction.stage(Promise.resolve(own), writes.announcements);
        await transaction.commit([]);
        transaction.handOver();
        deps.planSoon();
      } else await transaction.abandon();
      return { kind: verdict.kind === 'change' ? 'changed' : verdict.kind, episode: after };
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
