// in `biometric.events`; out `biometric.transitions` and `biometric.alerts`, through the outbox.
// Holds: each event is decided once, in the order in which it was read; one transaction per micro-batch.
import { interpretEvent, type BiometricEvent } from '@bridge/contracts';
import { deadLetter, drop, type Outcome } from '@bridge/handler';
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
import type { Decision } from './domain/decide.ts';
import type { PersonState } from './domain/person-state.ts';

/** An event that is new and belongs to a living person. */
export type Admitted<Person> = {
  readonly message: IncomingMessage;
  readonly event: BiometricEvent;
  readonly person: Person;
};

export type Refused = {
  readonly message: IncomingMessage;
  readonly kind: 'drop' | 'deadLetter';
  readonly reason: string;
};

/** Decisions of one batch with the states around them. */
export type Decided<Person> = {
  readonly admitted: readonly Admitted<Person>[];
  readonly decisions: readonly Decision[];
  readonly before: ReadonlyMap<string, PersonState>;
  readonly after: ReadonlyMap<string, PersonState>;
};

/** Where a batch is read and written: see `adapters/batch-session.ts`. */
export type Session<Person> = {
  /** Persons, known keys and states, under row locks if asked for; tells which events are new. */
  admit(events: readonly { message: IncomingMessage; event: BiometricEvent }[]): Promise<{
    readonly admitted: readonly Admitted<Person>[];
    readonly refused: readonly Refused[];
    readonly states: ReadonlyMap<string, PersonState>;
  }>;
  stage(decided: Decided<Person>, refused: readonly Refused[], attempt: number): Promise<void>;
  commit(moves: readonly Move[]): Promise<void>;
  /** Rows are committed: the relay and the metrics get their share. */
  settled(): void;
  abandon(): Promise<void>;
};

export type DecideBatchDeps<Person extends { readonly subjectId: string }> = {
  readonly codec: Codec;
  readonly signer: MessageSigner;
  /** Locked: rows stay locked from reading to the commit. */
  readonly openSession: (messages: readonly IncomingMessage[], locked: boolean) => Session<Person>;
  readonly forgetStates: () => void;
  readonly think: (
    items: readonly { index: number; subjectId: string; event: BiometricEvent }[],
    people: ReadonlyMap<string, PersonState>,
  ) => Promise<{ decisions: readonly Decision[]; remembered: ReadonlyMap<string, PersonState> }>;
};

export function createDecideBatch<Person extends { readonly subjectId: string }>(
  deps: DecideBatchDeps<Person>,
): BatchHandler<Session<Person>> {
  const { codec, signer, openSession, think } = deps;

  function interpret(message: IncomingMessage): Outcome<BiometricEvent> {
    const decoded = codec.decodeSync(message.value);
    if (decoded.kind !== 'ok' || message.value === null)
      return decoded.kind === 'ok' ? drop('tombstone') : decoded;
    const parts = { topic: message.topic, key: message.key, value: message.value };
    return interpretEvent({
      body: decoded.value,
      raw: message.value,
      brokerTime: message.brokerTime,
      trusted: signer.verify(parts, headerText(message.headers, signatureHeader)),
    });
  }

  async function prepare({ messages, locked, condemned, number }: Attempt): Promise<Session<Person>> {
    const refused: Refused[] = [];
    const events: { message: IncomingMessage; event: BiometricEvent }[] = [];
    if (!condemned) await codec.prepare(messages.map((message) => message.value));
    for (const message of messages) {
      const outcome = condemned ? deadLetter('unclassified') : interpret(message);
      if (outcome.kind === 'ok') events.push({ message, event: outcome.value });
      else refused.push({ message, kind: outcome.kind, reason: outcome.reason });
    }

    const session = openSession(messages, locked);
    try {
      const { admitted, refused: known, states } = await session.admit(events);
      const items = admitted.map(({ event, person }, index) => ({
        index,
        subjectId: person.subjectId,
        event,
      }));
      const { decisions, remembered } =
        items.length === 0 ? { decisions: [], remembered: new Map() } : await think(items, states);
      await session.stage(
        { admitted, decisions, before: states, after: remembered },
        [...refused, ...known],
        number,
      );
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
