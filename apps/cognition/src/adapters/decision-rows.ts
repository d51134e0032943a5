import {
  parseTimestamp,
  topics,
  type AlertStateSignal,
  type BiometricEvent,
  type ModeTransition,
  type Topic,
} from '@bridge/contracts';
import { packMessage, type MakeMessage, type OutgoingMessage } from '@bridge/kafka';
import type { OutboxEntry } from '@bridge/postgres';
import { sealWith, type LiveSubject, type OutboxSeal, type Place } from '@bridge/vault';
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

export function statePlace(subjectId: string): Place {
  return { table: 'neuros_checkpoints', column: 'state', row: subjectId, subject: subjectId };
}

export function stateRow(state: PersonState, subject: LiveSubject, version: number): StateRow {
  return {
    subjectId: subject.subjectId,
    version,
    seq: state.seq,
    mode: state.mode,
    state: sealWith(subject.key, JSON.stringify(state), statePlace(subject.subjectId)),
  };
}

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

/** A message and the outbox row that makes sure it goes out. */
export type Announcement = { readonly entry: OutboxEntry; readonly message: OutgoingMessage };

export type AnnouncerDeps = { readonly makeMessage: MakeMessage; readonly outboxSeal: OutboxSeal };

/** Makes the messages that a decision sends out, in the trace of the event that caused it. */
export function createAnnouncer({ makeMessage, outboxSeal }: AnnouncerDeps) {
  return function announce(
    { transition, alertSignals }: Pick<Decision, 'transition' | 'alertSignals'>,
    traceparent: string | undefined,
    person: LiveSubject,
  ): Announcement[] {
    const made: Announcement[] = [];
    const add = (topic: Topic, value: ModeTransition | AlertStateSignal, id: string) => {
      const about = { id, type: topic.value, time: value.at, userId: value.user_id };
      const trace = traceparent === undefined ? {} : { traceparent };
      const message = makeMessage({ topic: topic.name, value, ...about, ...trace });
      const sealed = outboxSeal.seal(packMessage(message), id, person);
      made.push({ message, entry: { subjectId: person.subjectId, ceId: id, topic: topic.name, sealed } });
    };
    if (transition) add(topics.transitions, transition, transition.transition_id);
    for (const signal of alertSignals) add(topics.alerts, signal, signal.signal_id);
    return made;
  };
}
