import { modes, severities, type Mode, type Severity } from '@bridge/contracts';

/** How often each severity is open. */
export type OpenAlertCounts = Readonly<Record<Severity, number>>;

/** Of a mode, or of none: `modes` is in the order of their priority. */
const modeRank = (mode: Mode | null): number => (mode === null ? 0 : modes.length - modes.indexOf(mode));

/** An alert that only informs asks nobody to do something. */
const alertRank = ({ critical, warning }: OpenAlertCounts): number =>
  critical > 0 ? 2 : warning > 0 ? 1 : 0;

const ranksOfModes = 10;

/**
 * Who needs somebody first: by the most severe open alert, then by the mode. Of equals, whoever waits longest; see
 * `list-people.ts`, whose SQL says the same.
 */
export function urgencyOf(alerts: OpenAlertCounts, mode: Mode | null): number {
  return alertRank(alerts) * ranksOfModes + modeRank(mode);
}

/** The same as an SQL expression over columns `critical`, `warning` and `mode`. */
export const urgencySql = `(case when critical > 0 then ${2 * ranksOfModes} when warning > 0 then ${ranksOfModes} else 0 end
  + case mode ${modes.map((mode) => `when '${mode}' then ${modeRank(mode)}`).join(' ')} else 0 end)`;

export const noAlerts: OpenAlertCounts = { critical: 0, warning: 0, info: 0 };

export function bySeverity<T extends { readonly severity: Severity }>(a: T, b: T): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity);
}
