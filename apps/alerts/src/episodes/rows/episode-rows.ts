import {
  alertStatuses,
  severities,
  type AlertDetails,
  type AlertStatus,
  type Evidence,
  type Severity,
} from '@bridge/contracts';
import { byteaArray, int4Array, int8Array, textArray, timestamptzArray, uuidArray } from '@bridge/postgres';
import type { Statement } from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject } from '@bridge/vault';
import type { Episode } from '../domain/episode.ts';

/** A row of `alerts.episodes`; times in milliseconds since 1970. */
export type EpisodeRow = {
  readonly alertId: Buffer;
  readonly subjectId: string;
  readonly kind: string;
  readonly status: string;
  readonly severity: string;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly resolvedAt: number | null;
  readonly version: number;
  readonly source: string;
  readonly evidence: Buffer;
  /** null: written before signals said more than their evidence. */
  readonly details: Buffer | null;
  readonly seq: number | null;
  readonly place: number | null;
};

const milliseconds = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

export const episodeColumns = `
  alert_id "alertId", subject_id "subjectId", kind, status, severity, ${milliseconds('opened_at')} "openedAt",
  ${milliseconds('updated_at')} "updatedAt", ${milliseconds('resolved_at')} "resolvedAt", version, source, evidence,
  details, seq::float8 seq, place`;

export function unsealEpisode(row: EpisodeRow, person: LiveSubject): Episode {
  const { subjectId, kind, source, severity, openedAt, updatedAt, resolvedAt, version, seq, place } = row;
  const alertId = row.alertId.toString('hex');
  const unseal = (column: SealedColumn, sealed: Buffer): unknown =>
    JSON.parse(unsealWith(person.key, sealed, placeOf(column, alertId, subjectId)).toString('utf8'));
  return {
    alertId,
    userId: person.userId,
    kind,
    source,
    status: oneOf(alertStatuses, row.status) satisfies AlertStatus,
    severity: oneOf(severities, severity) satisfies Severity,
    openedAt,
    updatedAt,
    resolvedAt,
    version,
    evidence: unseal('evidence', row.evidence) as Evidence,
    details: row.details === null ? {} : (unseal('details', row.details) as AlertDetails),
    order: seq === null ? null : { seq, place: place ?? 0 },
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
                                  $7::timestamptz[], $8::timestamptz[], $9::int8[], $10::text[], $11::bytea[], $12::bytea[],
                                  $13::int8[], $14::int4[], $15::int8[])
               as g(alert_id, subject_id, kind, status, severity, opened_at, updated_at, resolved_at, version, source,
                    evidence, details, seq, place, from_version)),
           updated as (
             update alerts.episodes e
                set status = g.status, severity = g.severity, updated_at = g.updated_at,
                    resolved_at = g.resolved_at, version = g.version, evidence = g.evidence,
                    details = g.details, seq = g.seq, place = g.place
               from given g
              where e.alert_id = g.alert_id and e.version = g.from_version and g.from_version > 0
             returning 1),
           inserted as (
             insert into alerts.episodes (alert_id, subject_id, kind, status, severity, opened_at, updated_at,
                                          resolved_at, version, source, evidence, details, seq, place)
             select alert_id, subject_id, kind, status, severity, opened_at, updated_at, resolved_at, version, source,
                    evidence, details, seq, place
               from given where from_version = 0
             returning 1)
           select delivery.expect_rows((select count(*) from updated) + (select count(*) from inserted), $16, 'BB002')`,
    values: [
      byteaArray(column(({ alertId }) => Buffer.from(alertId, 'hex'))),
      uuidArray(sorted.map(({ person }) => person.subjectId)),
      textArray(column(({ kind }) => kind)),
      textArray(column(({ status }) => status)),
      textArray(column(({ severity }) => severity)),
      timestamptzArray(column(({ openedAt }) => openedAt)),
      timestamptzArray(column(({ updatedAt }) => updatedAt)),
      timestamptzArray(column(({ resolvedAt }) => resolvedAt)),
      int8Array(column(({ version }) => version)),
      textArray(column(({ source }) => source)),
      byteaArray(sorted.map((write) => seal('evidence', write))),
      byteaArray(sorted.map((write) => seal('details', write))),
      int8Array(column(({ order }) => order?.seq ?? null)),
      int4Array(column(({ order }) => order?.place ?? null)),
      int8Array(sorted.map(({ fromVersion }) => fromVersion)),
      sorted.length,
    ],
  };
}

type SealedColumn = 'evidence' | 'details';

function seal(column: SealedColumn, { episode, person }: EpisodeWrite): Buffer {
  const place = placeOf(column, episode.alertId, person.subjectId);
  return sealWith(person.key, JSON.stringify(episode[column]), place);
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
