import type { Alert, AlertChange } from '@bridge/contracts';

export type OpenAlertMap = ReadonlyMap<string, Alert>;

const takenCareOf = new Set(['acknowledged', 'snoozed']);
/** It got worse, or somebody gave it back: nobody takes care of it any more. */
const givenBack = new Set(['unacknowledged', 'fired', 'reopened', 'raised']);

/** The open alerts after a change; an older change than the list knows changes nothing. */
export function alertsAfter(alerts: OpenAlertMap, change: AlertChange): OpenAlertMap {
  const known = alerts.get(change.alert_id);
  if (known !== undefined && Date.parse(change.at) < Date.parse(known.updated_at)) return alerts;
  const next = new Map(alerts);
  if (change.to === 'resolved') next.delete(change.alert_id);
  else next.set(change.alert_id, alertAfter(known, change));
  return next;
}

function alertAfter(known: Alert | undefined, change: AlertChange): Alert {
  const { alert_id, user_id, kind, severity, at, to, by, transition_id, summary, advice, question } = change;
  const { acknowledged, ...rest } = known ?? {
    alert_id,
    user_id,
    kind,
    opened_at: at,
    resolved_at: null,
    version: 1,
    source: '',
    evidence: { rules: [], readings: [] },
  };
  const kindOfChange = change.change ?? 'updated';
  const care = takenCareOf.has(kindOfChange)
    ? { by: by ?? '', at, until: change.acknowledged_until ?? null }
    : givenBack.has(kindOfChange)
      ? undefined
      : acknowledged;
  return {
    ...rest,
    status: to,
    severity,
    updated_at: at,
    ...(change.evidence !== undefined && { evidence: change.evidence }),
    ...(transition_id !== undefined && { transition_id }),
    ...(summary !== undefined && { summary }),
    ...(advice !== undefined && { advice }),
    ...(question !== undefined && { question }),
    ...(care !== undefined && { acknowledged: care }),
  };
}

const severityRank = { critical: 0, warning: 1, info: 2 } as const;

/** Most severe first; among equals those of whom nobody takes care, then the longest open. */
export function byUrgency(alerts: Iterable<Alert>): Alert[] {
  return [...alerts].sort(
    (a, b) =>
      severityRank[a.severity] - severityRank[b.severity] ||
      Number(a.acknowledged !== undefined) - Number(b.acknowledged !== undefined) ||
      Date.parse(a.opened_at) - Date.parse(b.opened_at),
  );
}
