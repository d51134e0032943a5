import { severities, type AlertStateSignal, type Severity } from '@bridge/contracts';

/** The part of an alert signal that is counted. */
export type CountableAlert = Pick<AlertStateSignal, 'alert_id' | 'kind' | 'severity' | 'status' | 'at'>;

/** One alert id of one person, whatever it went through. */
export type CountedAlert = {
  readonly kind: string;
  /** The highest that it reached. */
  readonly severity: Severity;
  /** When it fired anew: at its beginning, on a rise of its severity, when it came back. In ms since 1970. */
  readonly raised: readonly { readonly at: number; readonly severity: Severity }[];
};

type Record = {
  kind: string;
  severity: Severity;
  raised: { at: number; severity: Severity }[];
  isOpen: boolean;
};

/** Counts each alert id once, at its highest severity. */
export function createAlertTally() {
  const records = new Map<string, Record>();

  function take({ alert_id, kind, severity, status, at }: CountableAlert): void {
    const record = records.get(alert_id);
    if (status !== 'firing') {
      if (record !== undefined && status === 'resolved') record.isOpen = false;
      return;
    }
    const raise = { at: Date.parse(at), severity };
    if (record === undefined) {
      records.set(alert_id, { kind, severity, raised: [raise], isOpen: true });
      return;
    }
    const isRise = isHigher(severity, record.severity);
    if (isRise) record.severity = severity;
    if (isRise || !record.isOpen) record.raised.push(raise);
    record.isOpen = true;
  }

  return {
    take: (alerts: readonly CountableAlert[]) => alerts.forEach(take),
    counted: (): CountedAlert[] =>
      [...records.values()].map(({ kind, severity, raised }) => ({ kind, severity, raised })),
  };
}

function isHigher(one: Severity, other: Severity): boolean {
  return severities.indexOf(one) < severities.indexOf(other);
}
