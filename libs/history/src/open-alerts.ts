import { utc, type AlertStatus, type OpenAlertDocument, type Severity } from '@bridge/contracts';
import { CodedError } from '@bridge/core';
import type { Query } from '@bridge/postgres';
import { unsealWith, type LiveSubject } from '@bridge/vault';
import { bySeverity } from './urgency.ts';

type Row = {
  readonly id: Buffer;
  readonly kind: string;
  readonly severity: Severity;
  readonly status: AlertStatus;
  readonly openedAt: Date;
  /** null: a row from before this was kept. */
  readonly state: Buffer | null;
};

/** The part of an episode's sealed state that is read here; the alerts service owns the rest. */
type EpisodeState = {
  readonly reported?: { readonly newest?: { readonly details?: { readonly summary?: string } } };
};

/** A person's open alerts, the most severe first and of equals the newest. */
export async function loadOpenAlerts(query: Query, person: LiveSubject): Promise<OpenAlertDocument[]> {
  const rows = await query<Row>(
    `select alert_id id, kind, severity, status, opened_at "openedAt", state from shared.open_alerts
      where subject_id = $1 order by opened_at desc limit 500`,
    [person.subjectId],
  );
  return rows.toSorted(bySeverity).map((row) => {
    const { id, kind, severity, status, openedAt } = row;
    const summary = summaryOf(row, person);
    return {
      alert_id: id.toString('hex'),
      kind,
      severity,
      status,
      opened_at: utc(openedAt.getTime()),
      ...(summary !== undefined && { summary }),
    };
  });
}

/** Without a summary where the row is damaged: the alert itself must be seen. */
function summaryOf({ id, state }: Row, { key, subjectId }: LiveSubject): string | undefined {
  if (state === null) return undefined;
  const place = { table: 'alerts.episodes', column: 'state', row: id.toString('hex'), subject: subjectId };
  try {
    const episode = JSON.parse(unsealWith(key, state, place).toString()) as EpisodeState;
    return episode.reported?.newest?.details?.summary;
  } catch (error) {
    if (error instanceof CodedError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
