import type { AlertStateSignal, BiometricEvent, ModeTransition } from '@bridge/contracts';
import { parseTimestamp, topics } from '@bridge/contracts';
import {
  cloudEventHeaders,
  packMessage,
  signatureHeader,
  type Codec,
  type MessageSigner,
  type OutgoingMessage,
} from '@bridge/kafka';
import type { OutboxEntry } from '@bridge/postgres';
import { sealWith, type LiveSubject } from '@bridge/vault';
import type { Decision } from '../domain/decide.ts';
import type { PersonState } from '../domain/person-state.ts';
import type { EventRow, StateRow, TransitionRow } from './decision-store.ts';

/** A row of `biometric_events`: the payload is sealed for this person and this row. */
export function eventRow(event: BiometricEvent, subject: LiveSubject, seq: number): EventRow {
  return {
    time: parseTimestamp(event.timestamp)?.epochMs ?? 0,
    eventId: Buffer.from(event.event_id, 'hex'),
    subjectId: subject.subjectId,
    seq,
    source: event.source,
    eventType: event.event_type,
    operation: event.operation,
    version: event.version,
    receivedAt: parseTimestamp(event.received_at)?.epochMs ?? 0,
    payload: sealWith(subject.key, JSON.stringify(event), {
      table: 'biometric_events',
      column: 'payload',
      row: event.event_id,
      subject: subject.subjectId,
    }),
  };
}

const statePlace = (subjectId: string) =>
  ({ table: 'neuros_checkpoints', column: 'state', row: subjectId, subject: subjectId }) as const;

export function stateRow(state: PersonState, subject: LiveSubject, version: number): StateRow {
  return {
    subjectId: subject.subjectId,
    version,
    seq: state.seq,
    mode: state.mode,
    state: sealWith(subject.key, JSON.stringify(state), statePlace(subject.subjectId)),
  };
}

export { statePlace };

/** A row of `cognitive_mode_transitions`; the record holds what is needed to explain and recompute it. */
export function transitionRow(
  transition: ModeTransition,
  decision: Decision,
  subject: LiveSubject,
): TransitionRow {
  const record = { transition, before: decision.before, evidence: decision.evidence };
  return {
    at: parseTimestamp(transition.at)?.epochMs ?? 0,
    transitionId: Buffer.from(transition.transition_id, 'hex'),
    subjectId: subject.subjectId,
    seq: transition.seq,
    from: transition.from,
    to: transition.to,
    reason: transition.reason,
    ruleHash: Buffer.from(transition.rule_set, 'hex'),
    policyVersion: transition.policy_version,
    cause: 'event_id' in transition.cause ? Buffer.from(transition.cause.event_id, 'hex') : null,
    record: sealWith(subject.key, JSON.stringify(record), {
      table: 'cognitive_mode_transitions',
      column: 'record',
      row: transition.transition_id,
      subject: subject.subjectId,
    }),
  };
}

export type Announcement = { readonly entry: OutboxEntry; readonly message: OutgoingMessage };

/** Makes the messages that a decision sends out, and their outbox rows. */
export function createAnnouncer({ codec, signer }: { codec: Codec; signer: MessageSigner }) {
  const announce = (
    topic: string,
    value: ModeTransition | AlertStateSignal,
    about: { id: string; type: string; traceparent: string | undefined },
    subject: LiveSubject,
  ): Announcement => {
    const encoded = codec.encode(topic, value);
    const message: OutgoingMessage = {
      topic,
      key: subject.userId,
      value: encoded,
      headers: {
        ...cloudEventHeaders({
          id: about.id,
          source: 'cognition',
          type: about.type,
          time: value.at,
          userId: subject.userId,
          ...(about.traceparent === undefined ? {} : { traceparent: about.traceparent }),
        }),
        [signatureHeader]: signer.sign({ topic, key: subject.userId, value: encoded }),
      },
    };
    return { message, entry: sealedEntry(message, about.id, subject) };
  };

  return {
    transition: (transition: ModeTransition, traceparent: string | undefined, subject: LiveSubject) =>
      announce(
        topics.transitions.name,
        transition,
        { id: transition.transition_id, type: topics.transitions.value, traceparent },
        subject,
      ),
    alertSignal: (signal: AlertStateSignal, traceparent: string | undefined, subject: LiveSubject) =>
      announce(
        topics.alerts.name,
        signal,
        { id: signal.signal_id, type: topics.alerts.value, traceparent },
        subject,
      ),
  };
}

export const outboxPlace = (ceId: string, subjectId: string) =>
  ({ table: 'cognition.outbox', column: 'sealed', row: ceId, subject: subjectId }) as const;

function sealedEntry(message: OutgoingMessage, ceId: string, subject: LiveSubject): OutboxEntry {
  return {
    subjectId: subject.subjectId,
    ceId,
    topic: message.topic,
    sealed: sealWith(subject.key, packMessage(message), outboxPlace(ceId, subject.subjectId)),
  };
}
