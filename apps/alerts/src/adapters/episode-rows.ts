import { alertStatuses, severities, type AlertStatus, type Evidence, type Severity } from '@bridge/contracts';
import { byteaArray, int8Array, textArray, timestamptzArray, uuidArray } from '@bridge/postgres';
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
};

const milliseconds = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

export const episodeColumns = `
  alert_id "alertId", subject_id "subjectId", kind, status, severity, ${milliseconds('opened_at')} "openedAt",
  ${milliseconds('updated_at')} "updatedAt", ${milliseconds('resolved_at')} "resolvedAt", version, source, evidence`;

export function unsealEpisode(row: EpisodeRow, person: LiveSubject): Episode {
  const alertId = row.alertId.toString('hex');
  const evidence = unsealWith(person.key, row.evidence, evidencePlace(alertId, row.subjectId));
  return {
    ...row,
    alertId,
    userId: person.userId,
    status: oneOf(alertStatuses, row.status) satisfies AlertStatus,
    severity: oneOf(severities, row.severity) satisfies Severity,
    evidence: JSON.parse(evidence.toString('utf8')) as Evidence,
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
                                  $7::timestamptz[], $8::timestamptz[], $9::int8[], $10::text[], $11::bytea[], $12::int8[])
               as g(alert_id, subject_id, kind, status, severity, opened_at, updated_at, resolved_at, version, source,
                    evidence, from_version)),
           updated as (
             update alerts.episodes e
                set status = g.status, severity = g.severity, updated_at = g.updated_at,
                    resolved_at = g.resolved_at, version = g.version, evidence = g.evidence
               from given g
              where e.alert_id = g.alert_id and e.version = g.from_version and g.from_version > 0
             returning 1),
           inserted as (
             insert into alerts.episodes (alert_id, subject_id, kind, status, severity, opened_at, updated_at,
                                          resolved_at, version, source, evidence)
             select alert_id, subject_id, kind, status, severity, opened_at, updated_at, resolved_at, version, source,
                    evidence
               from given where from_version = 0
             returning 1)
           select delivery.expect_rows((select count(*) from updated) + (select count(*) from inserted), $13, 'BB002')`,
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
      byteaArray(sorted.map(sealEvidence)),
      int8Array(sorted.map(({ fromVersion }) => fromVersion)),
      sorted.length,
    ],
  };
}

function sealEvidence({ episode: { alertId, evidence }, person }: EpisodeWrite): Buffer {
  return sealWith(person.key, JSON.stringify(evidence), evidencePlace(alertId, person.subjectId));
}

function evidencePlace(alertId: string, subject: string) {
  return { table: 'alerts.episodes', column: 'evidence', row: alertId, subject };
}

/** Only this service writes the table, so any other value in it is a fault. */
function oneOf<T extends string>(allowed: readonly T[], text: string): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new Error('alerts.episodes holds a value that this version does not know');
  return found;
}
