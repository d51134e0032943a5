import { parseTimestamp, type BiometricEvent } from '@bridge/contracts';
import { CodedError } from '@bridge/core';
import type { EventKey } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import {
  type ComposedDecision,
  type Decision,
  nextDue,
  type PersonState,
  type RecordedFindings,
} from '@bridge/mode-policy';
import {
  contentHashOf,
  objectKeyOf,
  eventRow,
  insightRow,
  snapshotRow,
  transitionRow,
  unsealedState,
  type BatchRows,
  type EventRow,
  type InsightRow,
  type ObjectRow,
  type SnapshotRow,
  type StateRow,
  type TickRow,
  type TransitionRow,
  type ActiveRules,
} from '@bridge/decision-store';
import type { Announce, Announcement } from './announce.ts';
import type { StateVersion } from './state-cache.ts';

/** What became of one event, or of the time that passed for one person. */
export type Outcome = {
  readonly person: LiveSubject;
  readonly decisions: readonly Decision[];
  /** Their messages, by place; see `ItemResult`. */
  readonly composed?: readonly (ComposedDecision | undefined)[] | undefined;
  /** For the records of their switches, by place. */
  readonly findings?: readonly (RecordedFindings | undefined)[] | undefined;
  readonly event?: BiometricEvent;
  /** Where the event was read. */
  readonly origin?: Pick<EventRow, 'partition' | 'offset'>;
  /** See `Candidate`. */
  readonly json?: Buffer | undefined;
  readonly used?: readonly BiometricEvent[];
  readonly traceparent?: string | undefined;
};

export type PersonChange = {
  readonly person: LiveSubject;
  readonly before: StateVersion;
  readonly after: PersonState;
  /** `after` as it is stored. */
  readonly json: string;
};

export type StagedRows = {
  readonly rows: BatchRows;
  readonly announcements: readonly Announcement[];
};

/** A snapshot is taken when a person's time enters another span of this length. */
const snapshotEveryMs = 30 * 86_400_000;

/** Turns decisions into rows and messages. */
export function stageRows(
  outcomes: readonly Outcome[],
  changes: readonly PersonChange[],
  { rules, nr }: ActiveRules,
  announce: Announce,
): StagedRows {
  const keys: EventKey[] = [];
  const events: EventRow[] = [];
  const ticks: TickRow[] = [];
  const transitions: TransitionRow[] = [];
  const insights: InsightRow[] = [];
  const objects = new Map<string, ObjectRow>();
  const announcements: Announcement[] = [];
  const upgraded = new Map<string, PersonState>();
  for (const {
    person,
    decisions,
    composed,
    findings,
    event,
    origin,
    json,
    used = [],
    traceparent,
  } of outcomes) {
    for (const [place, decision] of decisions.entries()) {
      const { cause, transition, state } = decision;
      const isTick = 'due' in cause;
      if (isTick) ticks.push(tickRow(cause.due, state.seq, nr, person));
      if (transition) {
        const inputs = isTick ? { event: null, used: [] } : { event: event ?? null, used };
        transitions.push(transitionRow(decision, transition, { ...inputs, ...findings?.[place] }, person));
      }
      if (decision.before.upgrade !== null) upgraded.set(person.subjectId, state);
      const said = composed?.[place] ?? unspoken(decision);
      insights.push(...said.insights.map((insight, index) => insightRow(insight, index, person)));
      announcements.push(...announce(said, traceparent, person));
    }
    if (!event || !origin) continue;
    const last = decisions.at(-1);
    if (!last) throw new CodedError('decision_missing', 'permanent', 'an event came without a decision');
    keys.push({ key: event.event_id, contentHash: contentHashOf(event) });
    const objectKey = event.version === 0 ? null : (objectKeyOf(event) ?? null);
    const row = eventRow({ event, json, objectKey, origin }, last.state.seq, nr, person);
    events.push(row);
    raise(objects, row);
  }
  const newest = newestTimes(events);
  return {
    announcements,
    rows: {
      ...{ keys, events, ticks, transitions, insights },
      objects: [...objects.values()].sort((a, b) => (a.objectKey < b.objectKey ? -1 : 1)),
      states: changes
        .map((change) => stateRow(change, rules, newest.get(change.person.subjectId)))
        .sort((a, b) => (a.subjectId < b.subjectId ? -1 : 1)),
      snapshots: changes.flatMap((change) =>
        snapshotsOf(change, rules.policyVersion, upgraded.get(change.person.subjectId)),
      ),
    },
  };
}

/** Of each person, the measured time of the newest event. */
function newestTimes(events: readonly EventRow[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { subjectId, time } of events) {
    if (time > (newest.get(subjectId) ?? -Infinity)) newest.set(subjectId, time);
  }
  return newest;
}

function stateRow(
  { person, before, after, json }: PersonChange,
  rules: ActiveRules['rules'],
  lastEventAt: number | undefined,
): StateRow {
  return {
    subjectId: person.subjectId,
    version: before.version + 1,
    seq: after.seq,
    mode: after.mode,
    modeSince: after.mode === null ? null : after.since,
    lastEventAt: lastEventAt ?? null,
    nextDue: nextDue(after, rules),
    policyVersion: rules.policyVersion,
    state: unsealedState(json, person),
  };
}

/** Everything that says something was composed; should that ever be missed, a switch and its alerts still go out. */
function unspoken({ transition, alertSignals }: Decision): ComposedDecision {
  return { transition, alertSignals, insights: [] };
}

/** The beginning, the state with which another policy begins, and one every thirty days. */
function snapshotsOf(
  { person, before, after }: PersonChange,
  policyVersion: number,
  upgraded: PersonState | undefined,
): SnapshotRow[] {
  const { state } = before;
  if (before.policyVersion === null) return [snapshotRow(null, 0, after.now, policyVersion, person)];
  if (upgraded !== undefined || before.policyVersion !== policyVersion) {
    const first = upgraded ?? state;
    return [snapshotRow(first, first.seq, after.now, policyVersion, person)];
  }
  const entersNext = Math.floor(state.now / snapshotEveryMs) !== Math.floor(after.now / snapshotEveryMs);
  return entersNext ? [snapshotRow(after, after.seq, after.now, policyVersion, person)] : [];
}

function tickRow(due: string, seq: number, rules: number, { subjectId }: LiveSubject): TickRow {
  return { subjectId, seq, due: parseTimestamp(due)?.epochMs ?? 0, rules };
}

/** Of several versions in one batch the highest counts. */
function raise(
  objects: Map<string, ObjectRow>,
  { objectKey, subjectId, version, eventId, time }: EventRow,
): void {
  if (objectKey === null || (objects.get(objectKey)?.version ?? 0) >= version) return;
  objects.set(objectKey, { objectKey, subjectId, version, eventId, time });
}
