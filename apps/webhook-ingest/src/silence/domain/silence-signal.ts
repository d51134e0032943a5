import {
  alertId,
  signalId,
  utc,
  type AlertStateSignal,
  type Language,
  type Severity,
} from '@bridge/contracts';
import type { Silence, SilenceCause, FeedState, ReportedSilence } from './feed-state.ts';
import { arrivalWords, silenceWords } from './silence-words.ts';

/** A cause that the person can fix is more severe than a device that is not worn. */
const severityOf: Readonly<Record<SilenceCause, Severity>> = {
  revoked: 'warning',
  lapsed: 'warning',
  scope_missing: 'warning',
  subscription_gone: 'warning',
  missed: 'warning',
  vendor_has_nothing: 'info',
  vendor_unreachable: 'info',
};

export type SilencedPerson = {
  readonly userId: string;
  /** Undefined: the person has stated none, and reads English. */
  readonly language: Language | undefined;
};

export type SilenceChange = { readonly reported: ReportedSilence; readonly signal: AlertStateSignal };

/**
 * The change that a check of a connection makes; undefined if everything is as reported. Each connection has one open alert: it
 * begins with the first silent data type, is updated with each change, and ends when all have arrived again.
 */
export function silenceChange(
  { connection, reported }: Pick<FeedState, 'connection' | 'reported'>,
  silences: readonly Silence[],
  { userId, language, now }: SilencedPerson & { readonly now: number },
): SilenceChange | undefined {
  const wording = wordingOf(silences);
  if (wording === wordingOf(reported.silences)) return undefined;
  const kind = `silence.${connection.vendor}`;
  const at = utc(now);
  // Reported and stored in one transaction, so that no retry creates another id.
  const episode = reported.alertId ?? alertId(`${connection.connectionId}/${at}`, kind);
  const status = silences.length === 0 ? 'resolved' : 'firing';
  return {
    reported: { alertId: status === 'resolved' ? undefined : episode, silences },
    signal: {
      signal_id: signalId({ alertId: episode, status, cause: `${at} ${wording}` }),
      alert_id: episode,
      user_id: userId,
      kind,
      status,
      severity: silences.some(({ cause }) => severityOf[cause] === 'warning') ? 'warning' : 'info',
      at,
      source: 'webhook-ingest',
      evidence: { rules: rulesOf(silences), readings: [] },
      ...(language !== undefined && { language }),
      ...textsOf(connection, silences, language ?? 'en'),
    },
  };
}

function textsOf(
  { vendor, state }: FeedState['connection'],
  silences: readonly Silence[],
  language: Language,
) {
  if (silences.length > 0) return silenceWords(vendor, silences, language);
  const reason = state === 'disconnected' ? ('withdrawn' as const) : ('recovered' as const);
  return { ...arrivalWords(state, language), reason };
}

function wordingOf(silences: readonly Silence[]): string {
  return rulesOf(silences).toSorted().join(' ');
}

function rulesOf(silences: readonly Silence[]): string[] {
  return silences.map(({ dataType, cause }) => `${dataType}.${cause}`);
}
