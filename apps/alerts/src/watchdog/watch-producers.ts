// In: heartbeats, as they stand in `alerts.producers`. Out: alerts to operators, through `raise`.
// Holds: one process watches at a time; an episode is marked before anybody is told of it, so that its repetition after a
// crash has the same ids, and unmarked only after its end was told.
import type { Transaction } from '@bridge/postgres';
import type { TimedSignal } from '../episodes/domain/timed-signal.ts';
import { defaultLimits, judgeProducers, type WatchLimits } from './domain/judge-producers.ts';
import { pipelineSignal } from './domain/pipeline-signals.ts';
import type { ProducerRows } from './rows/producer-rows.ts';

export type WatchProducersDeps = {
  readonly producers: ProducerRows;
  /** Its lock decides which process watches. */
  readonly transaction: Transaction;
  /** Opens and ends episodes. The same `signal_id` again must change nothing. */
  readonly raise: (signals: readonly TimedSignal[]) => Promise<void>;
  /** This service takes part in its consumer group. While it does not, nothing is heard of anybody. */
  readonly isListening: () => boolean;
  readonly limits?: WatchLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Any constant serves; it only has to differ from the other advisory locks of this database. */
const lock = 0x7761_7463;

/** One look at the producers. Create it when the service starts: from then on it listens. */
export function createWatchProducers(deps: WatchProducersDeps): () => Promise<void> {
  const { producers, transaction, raise, isListening, limits = defaultLimits, now } = deps;
  let listeningSince = now();
  let wasListening = true;
  /** Signals that need no repetition while their episode goes on. */
  let raised: ReadonlySet<string> = new Set();

  function noteListening(): void {
    const listens = isListening();
    if (listens && !wasListening) listeningSince = now();
    wasListening = listens;
  }

  async function judgeAndRaise(): Promise<void> {
    const at = now();
    const watch = { producers: await producers.load(), listeningSince, now: at, limits };
    const { begun, standing, ended } = judgeProducers(watch);
    await producers.mark(begun);
    const firing = [...begun, ...standing].map((mark) => pipelineSignal(mark, 'firing', at));
    const signals = [
      ...firing.filter(({ signal_id }) => !raised.has(signal_id)),
      ...ended.map((mark) => pipelineSignal(mark, 'resolved', at)),
    ];
    if (signals.length > 0) await raise(signals);
    raised = new Set(firing.map(({ signal_id }) => signal_id));
    await producers.clear(ended);
  }

  return async function watchProducers() {
    noteListening();
    // The transaction holds the lock and nothing else: marks must be committed before `raise`.
    await transaction(async ({ query }) => {
      const [row] = await query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) mine', [lock]);
      if (row?.mine === true) await judgeAndRaise();
    });
  };
}
