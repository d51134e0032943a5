import type { AlertChange } from '@bridge/contracts';
import {
  byteaArray,
  int8Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type Query,
  type Statement,
} from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject } from '@bridge/vault';
import type { NoteUnreadable } from '../../unreadable-rows.ts';

/** One change for `alert_history`. */
export type HistoryWrite = {
  readonly change: AlertChange;
  readonly version: number;
  /** When it was written: rows are kept by this time, which no producer's clock can move. */
  readonly at: number;
  readonly person: LiveSubject;
};

export function writeHistory(writes: readonly HistoryWrite[]): Statement {
  const changes = writes.map(({ change }) => change);
  return {
    name: 'write-alert-history',
    text: `insert into alert_history (time, alert_id, version, subject_id, kind, severity, what, change)
           select * from unnest($1::timestamptz[], $2::bytea[], $3::int8[], $4::uuid[], $5::text[], $6::text[],
                                $7::text[], $8::bytea[])`,
    values: [
      timestamptzArray(writes.map(({ at }) => at)),
      byteaArray(changes.map(({ alert_id }) => Buffer.from(alert_id, 'hex'))),
      int8Array(writes.map(({ version }) => version)),
      uuidArray(writes.map(({ person }) => person.subjectId)),
      textArray(changes.map(({ kind }) => kind)),
      textArray(changes.map(({ severity }) => severity)),
      textArray(changes.map(({ change }) => change ?? 'updated')),
      byteaArray(writes.map(sealChange)),
    ],
  };
}

/** The changes of one alert, oldest first, at most `limit` of the newest. Rows that cannot be read are left out. */
export async function loadHistory(
  { query, noteUnreadable }: { readonly query: Query; readonly noteUnreadable: NoteUnreadable },
  alertId: string,
  person: LiveSubject,
  limit: number,
): Promise<AlertChange[]> {
  const rows = await query<{ version: number; change: Buffer }>(
    `select version::float8 version, change from alert_history where alert_id = $1 order by version desc limit $2`,
    [Buffer.from(alertId, 'hex'), limit],
  );
  return rows.toReversed().flatMap(({ version, change }) => {
    const place = placeOf(alertId, version, person.subjectId);
    try {
      return [JSON.parse(unsealWith(person.key, change, place).toString('utf8')) as AlertChange];
    } catch (error) {
      noteUnreadable('alert_history', place.row, error);
      return [];
    }
  });
}

function sealChange({ change, version, person }: HistoryWrite): Buffer {
  return sealWith(person.key, JSON.stringify(change), placeOf(change.alert_id, version, person.subjectId));
}

function placeOf(alertId: string, version: number, subject: string) {
  return { table: 'alert_history', column: 'change', row: `${alertId}/${String(version)}`, subject };
}
