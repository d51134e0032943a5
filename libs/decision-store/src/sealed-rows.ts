import { biometricEventSchema, parseTimestamp, type BiometricEvent, type Insight } from '@bridge/contracts';
import { arrayHeadBytes } from '@bridge/postgres';
import {
  unsealWith,
  sealWith,
  type LiveSubject,
  type Place,
  type Sealing,
  type SealInput,
} from '@bridge/vault';
import {
  type Decision,
  type DecisionRecord,
  metricBitsOf,
  type PersonState,
  restoreState,
  storeState,
} from '@bridge/mode-policy';
import type {
  EventRow,
  InsightRow,
  SealedColumns,
  SnapshotRow,
  StateRow,
  TransitionRow,
} from './decision-rows.ts';

// Each value is sealed with the person's key and bound to its table, column, row and person.

const statePlace = (subject: string): Place => ({
  table: 'neuros_checkpoints',
  column: 'state',
  row: subject,
  subject,
});
const snapshotPlace = (subject: string, seq: number): Place => ({
  table: 'cognition.snapshots',
  column: 'state',
  row: `${subject}/${seq}`,
  subject,
});
const eventPlace = (subject: string, eventId: string): Place => ({
  table: 'biometric_events',
  column: 'payload',
  row: eventId,
  subject,
});
const recordPlace = (subject: string, transitionId: string): Place => ({
  table: 'cognitive_mode_transitions',
  column: 'record',
  row: transitionId,
  subject,
});

const insightPlace = (subject: string, insightId: string): Place => ({
  table: 'insights',
  column: 'insight',
  row: insightId,
  subject,
});

/** `json`: the state as it is stored. */
export function unsealedState(json: string, { key, subjectId }: LiveSubject): SealInput {
  return { key, plaintext: json, place: statePlace(subjectId) };
}

/** In a thread of its own: of each event two values are sealed, and that is most of what is written. */
export async function sealColumns(
  { sealAll }: Pick<Sealing, 'sealAll'>,
  { states, events }: { readonly states: readonly StateRow[]; readonly events: readonly EventRow[] },
): Promise<SealedColumns> {
  const [sealedStates, sealedEvents] = await Promise.all([
    sealAll(
      states.map(({ state }) => state),
      arrayHeadBytes,
    ),
    sealAll(
      events.map(({ payload }) => payload),
      arrayHeadBytes,
    ),
  ]);
  return { states: sealedStates, events: sealedEvents };
}

export function unsealState(sealed: Buffer, { key, subjectId }: LiveSubject): PersonState {
  return restoreState(JSON.parse(unsealWith(key, sealed, statePlace(subjectId)).toString()));
}

export function snapshotRow(
  state: PersonState | null,
  seq: number,
  takenAt: number,
  policyVersion: number,
  { key, subjectId }: LiveSubject,
): SnapshotRow {
  const sealed = state && sealWith(key, storeState(state), snapshotPlace(subjectId, seq));
  return { subjectId, seq, takenAt, policyVersion, state: sealed };
}

export function unsealSnapshot(sealed: Buffer, seq: number, { key, subjectId }: LiveSubject): PersonState {
  return restoreState(JSON.parse(unsealWith(key, sealed, snapshotPlace(subjectId, seq)).toString()));
}

export function eventRow(
  {
    event,
    json,
    objectKey,
    origin,
  }: Pick<EventRow, 'objectKey'> & {
    readonly event: BiometricEvent;
    readonly json: Buffer | undefined;
    readonly origin: Pick<EventRow, 'partition' | 'offset'>;
  },
  seq: number,
  rules: number,
  person: LiveSubject,
): EventRow {
  const { key, subjectId } = person;
  return {
    time: storedTime(event),
    eventId: event.event_id,
    subjectId,
    seq,
    source: event.source,
    eventType: event.event_type,
    operation: event.operation,
    version: event.version,
    receivedAt: parseTimestamp(event.received_at)?.epochMs ?? 0,
    rules,
    metrics: metricBitsOf(event),
    objectKey,
    partition: origin.partition,
    offset: origin.offset,
    payload: { key, plaintext: json ?? JSON.stringify(event), place: eventPlace(subjectId, event.event_id) },
  };
}

export function unsealEvent(
  payload: Buffer,
  eventId: Buffer,
  { key, subjectId }: LiveSubject,
): BiometricEvent {
  const json = unsealWith(key, payload, eventPlace(subjectId, eventId.toString('hex')));
  return biometricEventSchema.parse(JSON.parse(json.toString()));
}

/**
 * The time under which an event is found again. Of a local clock it is up to 14 hours ahead; farther ahead is no time at all.
 */
function storedTime({ timestamp, received_at }: BiometricEvent): number {
  const received = parseTimestamp(received_at)?.epochMs ?? 0;
  return Math.min(parseTimestamp(timestamp)?.epochMs ?? 0, received + farthestAheadMs);
}

const farthestAheadMs = 14 * 3_600_000;

export function transitionRow(
  decision: Decision,
  transition: NonNullable<Decision['transition']>,
  inputs: Pick<DecisionRecord, 'event' | 'used' | 'confidence' | 'analysis'>,
  { key, subjectId }: LiveSubject,
): TransitionRow {
  // The state follows from deciding it again.
  const record = { ...decision, ...inputs, state: undefined } satisfies DecisionRecord & {
    state: undefined;
  };
  return {
    at: parseTimestamp(transition.at)?.epochMs ?? 0,
    transitionId: transition.transition_id,
    subjectId,
    seq: transition.seq,
    from: transition.from,
    to: transition.to,
    reason: transition.reason,
    ruleHash: transition.rule_set,
    policyVersion: transition.policy_version,
    cause: 'event_id' in transition.cause ? transition.cause.event_id : null,
    record: sealWith(key, JSON.stringify(record), recordPlace(subjectId, transition.transition_id)),
  };
}

/** `place`: among the insights of its decision. */
export function insightRow(insight: Insight, place: number, { key, subjectId }: LiveSubject): InsightRow {
  return {
    time: parseTimestamp(insight.at)?.epochMs ?? 0,
    insightId: insight.insight_id,
    subjectId,
    seq: insight.seq,
    place,
    insight: sealWith(key, JSON.stringify(insight), insightPlace(subjectId, insight.insight_id)),
  };
}

export function unsealInsight(sealed: Buffer, insightId: string, person: LiveSubject): Insight {
  const json = unsealWith(person.key, sealed, insightPlace(person.subjectId, insightId));
  return JSON.parse(json.toString()) as Insight;
}

export function unsealRecord(record: Buffer, transitionId: string, person: LiveSubject): DecisionRecord {
  const json = unsealWith(person.key, record, recordPlace(person.subjectId, transitionId));
  const recorded = JSON.parse(json.toString()) as DecisionRecord;
  return { ...recorded, before: restoreState(recorded.before) };
}
