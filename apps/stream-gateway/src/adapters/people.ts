import { biometricEventSchema, type BiometricEvent, type Mode } from '@bridge/contracts';
import { uuidArray, type Query } from '@bridge/postgres';
import { unsealWith, type LiveSubject, type Subject, type Vault } from '@bridge/vault';
import { newestReadings, type NewestReading } from '../domain/newest-readings.ts';

export type Person = {
  readonly subjectId: string;
  readonly userId: string;
  /** null before the first decision. */
  readonly mode: Mode | null;
  readonly seq: number;
  readonly updatedAt: Date | null;
};

export type PastTransition = {
  readonly at: Date;
  readonly from: Mode | null;
  readonly to: Mode;
  readonly reason: string;
  readonly seq: number;
};

export type PersonState = Person & {
  /** Latest first. */
  readonly transitions: readonly PastTransition[];
  readonly readings: readonly NewestReading[];
};

export type PeoplePage = {
  readonly people: readonly Person[];
  /** Where the next page begins; undefined after the last one. */
  readonly next: string | undefined;
};

export type People = {
  /** Everyone who has a state, in a stable order that says nothing. */
  list(page: { after: string | undefined; limit: number }): Promise<PeoplePage>;
  /** Ids under which these persons' data lie; null for a person who is not known. */
  subjectIds(userIds: ReadonlySet<string>): Promise<readonly (string | null)[]>;
  /** Of these persons the known ones. */
  named(userIds: Iterable<string>): Promise<readonly Person[]>;
  /** Undefined for a person who is not known or was erased. */
  state(userId: string): Promise<PersonState | undefined>;
};

type Checkpoint = { thread_id: string; mode: Mode | null; seq: number; updated_at: Date };

const columns = 'thread_id, mode, seq, updated_at';
const firstId = '00000000-0000-0000-0000-000000000000';
const shownTransitions = 10;
/** Events that are opened to find the newest value of each metric. */
const searchedEvents = 60;

/** What a page shows at first, from the database; the stream keeps it current. */
export function createPeople({ query, vault }: { query: Query; vault: Vault }): People {
  async function checkpointsOf(subjectIds: readonly string[]): Promise<Map<string, Checkpoint>> {
    const rows = await query<Checkpoint>(
      `select ${columns} from public.neuros_checkpoints where thread_id = any($1::uuid[])`,
      [uuidArray(subjectIds)],
    );
    return new Map(rows.map((row) => [row.thread_id, row]));
  }

  async function transitionsOf({ subjectId }: LiveSubject): Promise<PastTransition[]> {
    const rows = await query<{
      transition_time: Date;
      from_mode: Mode | null;
      to_mode: Mode;
      reason: string;
      seq: number;
    }>(
      `select transition_time, from_mode, to_mode, reason, seq from public.cognitive_mode_transitions
       where subject_id = $1 order by seq desc limit $2`,
      [subjectId, shownTransitions],
    );
    return rows.map(({ transition_time, from_mode, to_mode, reason, seq }) => ({
      at: transition_time,
      from: from_mode,
      to: to_mode,
      reason,
      seq,
    }));
  }

  async function eventsOf(subject: LiveSubject): Promise<BiometricEvent[]> {
    const rows = await query<{ event_id: Buffer; payload: Buffer }>(
      `select event_id, payload from public.biometric_events
       where subject_id = $1 order by time desc limit $2`,
      [subject.subjectId, searchedEvents],
    );
    return rows.map(({ event_id, payload }) => openEvent(subject, event_id.toString('hex'), payload));
  }

  return {
    async list({ after = firstId, limit }) {
      const rows = await query<Checkpoint>(
        `select ${columns} from public.neuros_checkpoints where thread_id > $1 order by thread_id limit $2`,
        [after, limit],
      );
      const subjects = await vault.byId(rows.map(({ thread_id }) => thread_id));
      const people = rows.flatMap((row) => personOf(subjects.get(row.thread_id), row) ?? []);
      return { people, next: rows.length === limit ? rows.at(-1)?.thread_id : undefined };
    },
    async subjectIds(userIds) {
      const subjects = await vault.find(userIds);
      return [...userIds].map((userId) => subjects.get(userId)?.subjectId ?? null);
    },
    async named(userIds) {
      const subjects = [...(await vault.find(userIds)).values()];
      const checkpoints = await checkpointsOf(subjects.map(({ subjectId }) => subjectId));
      return subjects.flatMap((subject) => personOf(subject, checkpoints.get(subject.subjectId)) ?? []);
    },
    async state(userId) {
      const subject = (await vault.find([userId])).get(userId);
      if (!subject || subject.erased) return undefined;
      const [checkpoints, transitions, events] = await Promise.all([
        checkpointsOf([subject.subjectId]),
        transitionsOf(subject),
        eventsOf(subject),
      ]);
      const person = personOf(subject, checkpoints.get(subject.subjectId));
      return person && { ...person, transitions, readings: newestReadings(events) };
    },
  };
}

function personOf(subject: Subject | undefined, checkpoint: Checkpoint | undefined): Person | undefined {
  if (!subject || subject.erased) return undefined;
  return {
    subjectId: subject.subjectId,
    userId: subject.userId,
    mode: checkpoint?.mode ?? null,
    seq: checkpoint?.seq ?? 0,
    updatedAt: checkpoint?.updated_at ?? null,
  };
}

function openEvent({ key, subjectId }: LiveSubject, eventId: string, payload: Buffer): BiometricEvent {
  const place = { table: 'biometric_events', column: 'payload', row: eventId, subject: subjectId };
  return biometricEventSchema.parse(JSON.parse(unsealWith(key, payload, place).toString()));
}
