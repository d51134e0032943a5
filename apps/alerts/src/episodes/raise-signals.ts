// In: signals that this service makes itself, such as the watchdog's. Out: the same as of signals that come from Kafka.
// Holds: a signal that was raised before changes nothing, so whoever raises one may do it again.
import type { BeginBatch } from '@bridge/delivery';
import type { Vault } from '@bridge/vault';
import { decide, evolve, initial, type Episode } from './domain/episode.ts';
import type { EpisodeChange } from './domain/episode-change.ts';
import type { TimedSignal } from './domain/timed-signal.ts';
import { composeChanges, type ChangeWritesDeps } from './rows/change-writes.ts';
import { lockEpisodes } from './rows/episode-reads.ts';
import { signalKeys } from './rows/signal-keys.ts';

export type RaiseSignals = (signals: readonly TimedSignal[]) => Promise<void>;

export type RaiseSignalsDeps = ChangeWritesDeps & {
  readonly beginBatch: BeginBatch;
  readonly vault: Vault;
  readonly planSoon: () => void;
};

export function createRaiseSignals(deps: RaiseSignalsDeps): RaiseSignals {
  const { beginBatch, vault, planSoon } = deps;
  return async function raiseSignals(signals) {
    if (signals.length === 0) return;
    const people = await vault.subjectsFor(new Set(signals.map(({ user_id }) => user_id)));
    const transaction = beginBatch([], true);
    try {
      const fresh = await transaction.claim(signalKeys(signals));
      const known = await lockEpisodes(
        transaction.query,
        vault,
        signals.map(({ alert_id }) => alert_id),
      );
      const changes = changesOf(
        signals.filter(({ signal_id }) => fresh.has(signal_id)),
        (id) => {
          const found = known.get(id);
          return found?.kind === 'readable' ? found.episode : initial;
        },
      );
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

function changesOf(
  signals: readonly TimedSignal[],
  stored: (alertId: string) => Episode | null,
): EpisodeChange[] {
  const current = new Map<string, Episode>();
  return signals.flatMap((signal) => {
    const before = current.get(signal.alert_id) ?? stored(signal.alert_id);
    const decision = decide(before, signal);
    if (decision.kind !== 'ok') return [];
    const after = evolve(before, decision.value);
    current.set(after.alertId, after);
    return [{ before, after, event: decision.value, traceparent: undefined }];
  });
}
