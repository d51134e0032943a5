import {
  alertStatuses,
  severities,
  type AlertDetails,
  type AlertStatus,
  type Evidence,
  type Severity,
} from '@bridge/contracts';
import {
  milliseconds,
  byteaArray,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type Statement,
} from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject } from '@bridge/vault';
import type { NoteUnreadable } from '../../unreadable-rows.ts';
import { episodeSeverity, resolvedAtOf, statusOf, type Episode } from '../domain/episode.ts';
import type { ReportedState } from '../domain/reported-state.ts';
import { asStoredState, type StoredState } from './stored-state.ts';

/** A row of `alerts.episodes`; times in milliseconds since 1970. */
export type EpisodeRow = {
  readonly alertId: Buffer;
  readonly subjectId: string;
  readonly kind: string;
  readonly status: string;
  readonly severity: string;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly version: number;
  readonly source: string;
  /** null: a row from before, which has the columns below instead. */
  readonly state: Buffer | null;
  readonly evidence: Buffer | null;
  readonly details: Buffer | null;
  readonly seq: number | null;
  readonly place: number | null;
};

export const episodeColumns = `
  alert_id "alertId", subject_id "subjectId", kind, status, severity, ${milliseconds('opened_at')} "openedAt",
  ${milliseconds('updated_at')} "updatedAt", version::float8 version, source, state, evidence, details,
  seq::float8 seq, place`;

/** Undefined, and noted, for a row that does not unseal or has another form. */
export function readEpisode(row: EpisodeRow, person: LiveSubject, note: NoteUnreadable): Episode | undefined {
  try {
    return unsealEpisode(row, person);
  } catch (error) {
    note('alerts.episodes', row.alertId.toString('hex'), error);
    return undefined;
  }
}

function unsealEpisode(row: EpisodeRow, person: LiveSubject): Episode {
  const { kind, source, openedAt, updatedAt, version } = row;
  return {
    alertId: row.alertId.toString('hex'),
    userId: person.userId,
    kind,
    source,
    openedAt,
    updatedAt,
    version,
    ...(row.state === null
      ? { reported: earlierState(row, person), acknowledged: null, closed: null }
      : asStoredState(unseal(row, person, 'state'))),
  };
}

/** An episode to write, with the version that the table must hold: 0 where there is no row yet. */
export type EpisodeWrite = {
  readonly episode: Episode;
  readonly fromVersion: number;
  readonly person: LiveSubject;
};

/** Writes all or raises `BB002`. */
export function writeEpisodes(writes: readonly EpisodeWrite[]): Statement {
  const sorted = writes.toSorted((a, b) => (a.episode.alertId < b.episode.alertId ? -1 : 1));
  const column = <T>(value: (episode: Episode) => T) => sorted.map(({ episode }) => value(episode));
  return {
    name: 'write-episodes',
    text: `with given as (
             select * from unnest($1::bytea[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                                  $7::timestamptz[], $8::timestamptz[], $9::int8[], $10::text[], $11::bytea[], $12::int8[],
                                  $14::boolean[], $15::timestamptz[])
               as g(alert_id, subject_id, kind, status, severity, opened_at, updated_at, resolved_at, version, source,
                    state, from_version, acknowledged, acknowledged_until)),
           updated as (
             update alerts.episodes e
                set status = g.status, severity = g.severity, opened_at = g.opened_at, updated_at = g.updated_at,
                    resolved_at = g.resolved_at, version = g.version, state = g.state, acknowledged = g.acknowledged,
                    acknowledged_until = g.acknowledged_until,
                    evidence = null, details = null, seq = null, place = null
               from given g
              where e.alert_id = g.alert_id and e.version = g.from_version and g.from_version > 0
             returning 1),
           inserted as (
             insert into alerts.episodes (alert_id, subject_id, kind, status, severity, opened_at, updated_at,
                                          resolved_at, version, source, state, acknowledged,
                                          acknowledged_until)
             select alert_id, subject_id, kind, status, severity, opened_at, updated_at, resolved_at, version, source,
                    state, acknowledged, acknowledged_until
               from given where from_version = 0
             returning 1)
           select delivery.expect_rows((select count(*) from updated) + (select count(*) from inserted), $13, 'BB002')`,
    values: [
      byteaArray(column(({ alertId }) => Buffer.from(alertId, 'hex'))),
      uuidArray(sorted.map(({ person }) => person.subjectId)),
      textArray(column(({ kind }) => kind)),
      textArray(column(statusOf)),
      textArray(column(episodeSeverity)),
      timestamptzArray(column(({ openedAt }) => openedAt)),
      timestamptzArray(column(({ updatedAt }) => updatedAt)),
      timestamptzArray(column(resolvedAtOf)),
      int8Array(column(({ version }) => version)),
      textArray(column(({ source }) => source)),
      byteaArray(sorted.map(sealState)),
      int8Array(sorted.map(({ fromVersion }) => fromVersion)),
      sorted.length,
      column(({ acknowledged }) => acknowledged !== null),
      timestamptzArray(column(({ acknowledged }) => acknowledged?.until ?? null)),
    ],
  };
}

/** The state of a row that was written before reported signals were kept: its columns are its newest signal. */
function earlierState(row: EpisodeRow, person: LiveSubject): ReportedState {
  const status: AlertStatus = oneOf(alertStatuses, row.status);
  const severity: Severity = oneOf(severities, row.severity);
  const details = row.details === null ? {} : (unseal(row, person, 'details') as AlertDetails);
  const evidence = unseal(row, person, 'evidence') as Evidence;
  const order = {
    seq: row.seq,
    place: row.place ?? 0,
    at: row.updatedAt,
    ends: status === 'resolved' ? 1 : 0,
    id: '',
  } as const;
  const hasEnded = status === 'resolved';
  return {
    newest: { order, status, severity, details, transitionId: undefined },
    advised: hasEnded || details.advice === undefined ? null : { order, details },
    asked: hasEnded || details.question === undefined ? null : { order, details },
    ground: { order, isFiring: true, evidence },
    severities: { [severity]: order },
    ended: hasEnded ? order : null,
    since: hasEnded ? null : { ...order, at: row.openedAt },
  };
}

type SealedColumn = 'state' | 'evidence' | 'details';

function unseal(row: EpisodeRow, { key }: LiveSubject, column: SealedColumn): unknown {
  const sealed = row[column];
  if (sealed === null) throw new Error(`alerts.episodes holds a row without ${column}`);
  const place = placeOf(column, row.alertId.toString('hex'), row.subjectId);
  return JSON.parse(unsealWith(key, sealed, place).toString('utf8'));
}

function sealState({ episode, person }: EpisodeWrite): Buffer {
  const { reported, acknowledged, closed } = episode;
  const stored: StoredState = { reported, acknowledged, closed };
  return sealWith(person.key, JSON.stringify(stored), placeOf('state', episode.alertId, person.subjectId));
}

function placeOf(column: SealedColumn, alertId: string, subject: string) {
  return { table: 'alerts.episodes', column, row: alertId, subject };
}

/** Only this service writes the table, so any other value in it is a fault. */
function oneOf<T extends string>(allowed: readonly T[], text: string): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new Error('alerts.episodes holds a value that this version does not know');
  return found;
}
