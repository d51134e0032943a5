// in `biometric.events`; out `biometric.transitions` and `biometric.alerts`, through the outbox.
// Holds: each event is decided once, in the order in which it was read; one transaction per micro-batch.
import { interpretEvent, type BiometricEvent } from '@bridge/contracts';
import { deadLetter, drop, ok, type Outcome } from '@bridge/core';
import {
  headerOf,
  signatureHeader,
  type Attempt,
  type BatchHandler,
  type Codec,
  type IncomingMessage,
  type MessageSigner,
  type Move,
} from '@bridge/kafka';
import type { RuleSet } from './domain/rule-set.ts';
import type { Decided, Item, PersonBefore } from './graph/state.ts';
import type { Think } from './graph/think.ts';

export type Candidate = {
  readonly message: IncomingMessage;
  readonly event: BiometricEvent;
  /** The event's own JSON, where the message is ours and holds just that; it need not be written again. */
  readonly json: Buffer | undefined;
};

/** An event that is new and belongs to a living person. */
export type Admitted = Candidate & { readonly subjectId: string };

export type Refused = {
  readonly message: IncomingMessage;
  readonly kind: 'drop' | 'deadLetter';
  readonly reason: string;
};

/** Where a batch is read and written: see `adapters/batch-session.ts`. */
export type Session = {
  /** The rules that this batch is decided by. */
  readonly rules: RuleSet;
  /** Finds out which events are new and reads their persons, under row locks if asked for. */
  readonly admit: (events: readonly Candidate[]) => Promise<{
    readonly admitted: readonly Admitted[];
    readonly refused: readonly Refused[];
    readonly people: ReadonlyMap<string, PersonBefore>;
  }>;
  /** Prepares the rows; from here on the next batch counts this one as done. */
  readonly stage: (
    admitted: readonly Admitted[],
    decided: readonly Decided[],
    refused: readonly Refused[],
    attempt: number,
  ) => Promise<void>;
  readonly commit: (moves: readonly Move[]) => Promise<void>;
  /** Rows are committed: the relay and the metrics get their share. */
  readonly settled: () => void;
  readonly abandon: () => Promise<void>;
};

export type DecideBatchDeps = {
  readonly codec: Codec;
  readonly signer: MessageSigner;
  /** Locked: rows stay locked from reading to the commit. */
  readonly openSession: (messages: readonly IncomingMessage[], locked: boolean) => Session;
  readonly forgetStates: () => void;
  readonly think: Think;
  readonly retentionDays: number;
};

/** What stands before the JSON of our own frames: a zero byte and the schema's id. */
const frameBytes = 5;

export function createDecideBatch(deps: DecideBatchDeps): BatchHandler<Session> {
  const { codec, signer, openSession, think, retentionDays } = deps;

  function interpret(message: IncomingMessage): Outcome<Candidate> {
    const decoded = codec.decodeSync(message.value);
    if (decoded.kind !== 'ok') return decoded;
    const { topic, key, value: raw, brokerTime } = message;
    if (raw === null) return drop('tombstone');
    const trusted = signer.verify({ topic, key, value: raw }, headerOf(message, signatureHeader));
    const outcome = interpretEvent({ body: decoded.value, raw, brokerTime, trusted, retentionDays });
    if (outcome.kind !== 'ok') return outcome;
    return ok({ message, event: outcome.value, json: trusted ? raw.subarray(frameBytes) : undefined });
  }

  async function prepare({ messages, locked, condemned, number }: Attempt): Promise<Session> {
    const refused: Refused[] = [];
    const events: Candidate[] = [];
    if (!condemned) await codec.prepare(messages.map((message) => message.value));
    for (const message of messages) {
      const outcome = condemned ? deadLetter('unclassified') : interpret(message);
      if (outcome.kind === 'ok') events.push(outcome.value);
      else refused.push({ message, kind: outcome.kind, reason: outcome.reason });
    }

    const session = openSession(messages, locked);
    try {
      const { admitted, refused: known, people } = await session.admit(events);
      const items = admitted.map(({ event, subjectId }, index): Item => ({ index, subjectId, event }));
      const { decided } = items.length === 0 ? { decided: [] } : await think(items, people, session.rules);
      await session.stage(admitted, decided, [...refused, ...known], number);
      return session;
    } catch (error) {
      await session.abandon();
      throw error;
    }
  }

  return {
    prepare,
    commit: (session, moves) => session.commit(moves),
    settled: (session) => session.settled(),
    abandon: (session) => session.abandon(),
    forget: deps.forgetStates,
  };
}
