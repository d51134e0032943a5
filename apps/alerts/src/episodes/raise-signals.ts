// In: signals that this service makes itself, such as the watchdog's. Out: the same as of signals that come from Kafka.
// Holds: a signal that was raised before changes nothing, so whoever raises one may do it again.
import type { BeginBatch } from '@bridge/delivery';
import type { Vault } from '@bridge/vault';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import { createSignalFold } from './domain/signal-fold.ts';
import type { TimedSignal } from './domain/timed-signal.ts';
import { composeChanges, type ChangeWritesDeps } from './rows/change-writes.ts';
import { lockEpisodes } from './rows/episode-reads.ts';
import { signalKeys } from './rows/signal-keys.ts';

export type RaiseSignals = (signals: readonly TimedSignal[]) => Promise<void>;

export type RaiseSignalsDeps = ChangeWritesDeps & {
  readonly beginBatch: BeginBatch;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  readonly planSoon: () => void;
};

export function createRaiseSignals(deps: RaiseSignalsDeps): RaiseSignals {
  const { beginBatch, vault, planSoon } = deps;
  return async function raiseSignals(signals) {
    if (signals.length === 0) return;
    const people = await vault.subjectsFor(new Set(signals.map(({ user_id }) => user_id)));
    const transaction = beginBatch([], true);
    try {
      const fresh = await transaction.claim(signalKeys(signals, people));
      const known = await lockEpisodes(
        { ...deps, query: transaction.query },
        signals.map(({ alert_id }) => alert_id),
      );
      const foldSignal = createSignalFold((alertId) => {
        const found = known.get(alertId);
        return found?.kind === 'readable' ? found.episode : undefined;
      });
      const changes = signals
        .filter(({ signal_id }) => fresh.has(signal_id))
        // Nothing can be added to such a row, and the other signals must not wait for it.
        .filter(({ alert_id }) => known.get(alert_id)?.kind !== 'unreadable')
        .map((signal) => foldSignal(signal, undefined))
        .flatMap((outcome) => (outcome.kind === 'ok' ? [outcome.value] : []));
      const writes = composeChanges(deps, changes, (userId) => {
        const person = people.get(userId);
        if (person === undefined || person.erased) throw new Error('a signal of this service has no person');
        return person;
      });
      transaction.stage(Promise.resolve(writes.statements), writes.announcements);
      await transaction.commit([]);
      transaction.handOver();
    } catch (error) {
      await transaction.abandon();
      throw error;
    }
    planSoon();
  };
}
