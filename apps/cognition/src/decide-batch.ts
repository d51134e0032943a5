// in `biometric.events`; out `biometric.transitions`, `biometric.alerts` and `biometric.insights`, through the outbox.
// Holds: each event is decided once, in the order in which it was read; one transaction per micro-batch.
import { fieldAtFault, interpretMessage, type BiometricEvent, type Interpreted } from '@bridge/contracts';
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
import type { RuleSet } from '@bridge/mode-policy';
import type { Item, ItemResult, PersonBefore } from './graph/state.ts';
import type { RunGraph } from './graph/run-graph.ts';

export type Candidate = {
  readonly message: IncomingMessage;
  readonly event: BiometricEvent;
  /** The event's own JSON, where the message is ours and holds just that; it need not be written again. */
  readonly json: Buffer | undefined;
};

/** An event that is new and belongs to a living person. */
export type AdmittedEvent = Candidate & { readonly subjectId: string };

export type Refusal = {
  readonly message: IncomingMessage;
  readonly kind: 'drop' | 'deadLetter';
  readonly reason: string;
  /** As the refused event names its partner. */
  readonly partner?: string | undefined;
  readonly fault?: { readonly path: string; readonly message: string } | undefined;
  readonly element?: { readonly index: number; readonly text: string } | undefined;
};

/** Reads and writes one batch: see `adapters/decision-batch.ts`. */
export type DecisionBatch = {
  /** The rules that this batch is decided by. */
  readonly rules: RuleSet;
  /** Finds out which events are new and reads their persons, under row locks if asked for. */
  readonly admit: (events: readonly Candidate[]) => Promise<{
    readonly admitted: readonly AdmittedEvent[];
    readonly refused: readonly Refusal[];
    readonly people: ReadonlyMap<string, PersonBefore>;
  }>;
  /** Prepares the rows; from here on the next batch counts this one as done. */
  readonly stage: (
    decided: readonly ItemResult[],
    refused: readonly Refusal[],
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
  readonly openBatch: (messages: readonly IncomingMessage[], locked: boolean) => DecisionBatch;
  readonly forgetStates: () => void;
  readonly runGraph: RunGraph;
  readonly retentionDays: number;
};

/** What stands before the JSON of our own frames: a zero byte and the schema's id. */
const frameBytes = 5;

export function createDecideBatch(deps: DecideBatchDeps): BatchHandler<DecisionBatch> {
  const { codec, signer, openBatch, runGraph, retentionDays } = deps;

  function interpret(message: IncomingMessage, events: Candidate[], refused: Refusal[]): void {
    const { topic, key, value: raw, brokerTime } = message;
    const decoded = codec.decodeSync(raw);
    if (raw === null || decoded.kind !== 'ok') {
      const { kind, reason } = decoded.kind === 'ok' ? emptyValue : decoded;
      refused.push({ message, kind, reason });
      return;
    }
    const trusted = signer.verify({ topic, key, value: raw }, headerOf(message, signatureHeader));
    const json = trusted ? raw.subarray(frameBytes) : undefined;
    for (const one of interpretMessage({ body: decoded.value, raw, brokerTime, trusted, retentionDays })) {
      const { outcome } = one;
      if (outcome.kind === 'ok') events.push({ message, event: outcome.value, json });
      else refused.push(refusalOf(message, outcome, one));
    }
  }

  async function prepare({ messages, locked, poisoned, number }: Attempt): Promise<DecisionBatch> {
    const refused: Refusal[] = [];
    const events: Candidate[] = [];
    if (!poisoned) await codec.prepare(messages.map((message) => message.value));
    for (const message of messages) {
      if (poisoned) refused.push({ message, kind: 'deadLetter', reason: 'unclassified' });
      else interpret(message, events, refused);
    }

    const batch = openBatch(messages, locked);
    try {
      const { admitted, refused: known, people } = await batch.admit(events);
      const items = admitted.map(({ event, subjectId }, index): Item => ({ index, subjectId, event }));
      const { decided } = items.length === 0 ? { decided: [] } : await runGraph(items, people, batch.rules);
      await batch.stage(decided, [...refused, ...known], number);
      return batch;
    } catch (error) {
      await batch.abandon();
      throw error;
    }
  }

  return {
    prepare,
    commit: (batch, moves) => batch.commit(moves),
    settled: (batch) => batch.settled(),
    abandon: (batch) => batch.abandon(),
    forget: deps.forgetStates,
  };
}

const emptyValue = { kind: 'drop', reason: 'tombstone' } as const;

function refusalOf(
  message: IncomingMessage,
  outcome: Exclude<Interpreted['outcome'], { kind: 'ok' }>,
  { partner, element }: Interpreted,
): Refusal {
  const { kind, reason } = outcome;
  if (kind === 'drop') return { message, kind, reason };
  const fault = fieldAtFault(outcome.problems);
  if (element === undefined) return { message, kind, reason, partner, fault };
  const { index, body } = element;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { message, kind, reason, partner, fault, element: { index, text } };
}
