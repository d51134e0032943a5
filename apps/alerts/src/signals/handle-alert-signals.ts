// In: `biometric.alerts`. Out: `biometric.alert-changes`, through the outbox, and notifications that become due.
// Holds: a signal changes its episode at most once; episodes, position, event keys, history and outgoing changes are one
// transaction per batch.
import { deadLetter, drop, ok, type Outcome } from '@bridge/core';
import {
  headerText,
  signatureHeader,
  type Attempt,
  type BatchHandler,
  type Codec,
  type IncomingMessage,
  type MessageSigner,
  type Move,
} from '@bridge/kafka';
import type { Episode } from '../episodes/domain/episode.ts';
import type { EpisodeChange } from '../episodes/domain/episode-change.ts';
import { createSignalFold } from '../episodes/domain/signal-fold.ts';
import type { TimedSignal } from '../episodes/domain/timed-signal.ts';
import { interpretSignal, type Heartbeat, type StateSignal } from './domain/interpret-signal.ts';

/** The database's view of a batch's signals; everything in it stays locked until the commit. */
export type SignalContext = {
  /** Signals that no batch has handled before. */
  readonly fresh: ReadonlySet<string>;
  readonly erasedUsers: ReadonlySet<string>;
  /** By alert id. `erased`: there is such a row, of a person whose key is gone. `unreadable`: the row is damaged. */
  readonly episodes: ReadonlyMap<string, Episode | 'erased' | 'unreadable'>;
};

/** A message that was settled. */
export type SignalOutcome = {
  readonly message: IncomingMessage;
  readonly outcome: Outcome<EpisodeChange | Heartbeat>;
};

/** Where a batch is read and written: see `rows/alert-batch.ts`. */
export type AlertBatch = {
  loadContext(signals: readonly TimedSignal[]): Promise<SignalContext>;
  stage(handled: readonly SignalOutcome[], attempt: number): Promise<void>;
  commit(moves: readonly Move[]): Promise<void>;
  settled(): void;
  abandon(): Promise<void>;
};

export type HandleAlertSignalsDeps = {
  readonly codec: Pick<Codec, 'prepare' | 'decodeSync'>;
  readonly signer: Pick<MessageSigner, 'verify'>;
  readonly openBatch: (messages: readonly IncomingMessage[]) => AlertBatch;
};

export function createHandleAlertSignals(deps: HandleAlertSignalsDeps): BatchHandler<AlertBatch> {
  const { codec, signer, openBatch } = deps;

  async function prepare({ messages, poisoned, number }: Attempt): Promise<AlertBatch> {
    if (!poisoned) await codec.prepare(messages.map(({ value }) => value));
    const read = messages.map((message) => ({
      message,
      outcome: poisoned ? deadLetter('unclassified') : interpret(message),
    }));
    const batch = openBatch(messages);
    try {
      const context = await batch.loadContext(read.flatMap(({ outcome }) => signalOf(outcome) ?? []));
      await batch.stage(handleAlertSignals(read, context), number);
      return batch;
    } catch (error) {
      await batch.abandon();
      throw error;
    }
  }

  function interpret(message: IncomingMessage): Outcome<Heartbeat | StateSignal> {
    const { topic, key, value, brokerTime, headers } = message;
    const decoded = codec.decodeSync(value);
    if (decoded.kind !== 'ok') return decoded;
    if (value === null) return drop('tombstone');
    const trusted = signer.verify({ topic, key, value }, headerText(headers, signatureHeader));
    return interpretSignal({ body: decoded.value, brokerTime, trusted });
  }

  return {
    prepare,
    commit: (batch, moves) => batch.commit(moves),
    settled: (batch) => batch.settled(),
    abandon: (batch) => batch.abandon(),
    // Nothing is cached between batches.
    forget: () => undefined,
  };
}

type InterpretedSignal = {
  readonly message: IncomingMessage;
  readonly outcome: Outcome<Heartbeat | StateSignal>;
};

/** The batch's story: each signal meets the episode as the signals before it left it. Pure. */
export function handleAlertSignals(
  read: readonly InterpretedSignal[],
  context: SignalContext,
): SignalOutcome[] {
  const seen = new Set<string>();
  const foldSignal = createSignalFold((alertId) => {
    const stored = context.episodes.get(alertId);
    return typeof stored === 'object' ? stored : undefined;
  });

  function handle(signal: TimedSignal, traceparent: string | undefined): Outcome<EpisodeChange> {
    if (!context.fresh.has(signal.signal_id) || seen.has(signal.signal_id)) return drop('duplicate');
    seen.add(signal.signal_id);
    if (context.erasedUsers.has(signal.user_id)) return drop('erased');
    const stored = context.episodes.get(signal.alert_id);
    if (stored === 'erased') return deadLetter('foreign_episode');
    // It can be sent again once the row is put right.
    if (stored === 'unreadable') return deadLetter('unreadable_episode');
    return foldSignal(signal, traceparent);
  }

  return read.map(({ message, outcome }): SignalOutcome => {
    if (outcome.kind !== 'ok') return { message, outcome };
    if (outcome.value.kind === 'heartbeat') return { message, outcome: ok(outcome.value) };
    return { message, outcome: handle(outcome.value.signal, headerText(message.headers, 'traceparent')) };
  });
}

function signalOf(outcome: InterpretedSignal['outcome']): TimedSignal | undefined {
  return outcome.kind === 'ok' && outcome.value.kind === 'signal' ? outcome.value.signal : undefined;
}
