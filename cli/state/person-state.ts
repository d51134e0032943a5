/** `GET /users/{user_id}/state`, as far as it is shown. */
export type PersonState = {
  readonly user_id: string;
  readonly mode: string | null;
  readonly since?: string | null;
  readonly stale?: boolean;
  readonly reason?: string | null;
  readonly summary?: string | null;
  readonly advice?: string | null;
  readonly transition_id?: string | null;
  readonly readings?: readonly Reading[];
  readonly usual?: readonly Usual[];
  readonly hypotheses?: readonly Hypothesis[];
  readonly alerts?: readonly Alert[];
};

export type Hypothesis = {
  readonly hypothesis_id: string;
  readonly question: string;
  readonly answers: readonly string[];
  readonly opened_at: string;
};

type Alert = {
  readonly alert_id: string;
  readonly kind: string;
  readonly severity: string;
  readonly opened_at: string;
  readonly summary?: string;
};

type Reading = {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly at: string;
  readonly source: string;
  readonly device_id?: string;
  readonly context?: string;
  readonly statistic?: string;
};

type Usual = {
  readonly metric: string;
  readonly source?: string;
  readonly context?: string;
  readonly statistic?: string;
  readonly low: number | null;
  readonly high: number | null;
};

/** The band in which a reading of this kind usually lies. */
export function bandOf(reading: Reading, usual: readonly Usual[]): Usual | undefined {
  return usual.find(
    ({ metric, source = reading.source, context, statistic, low }) =>
      low !== null &&
      metric === reading.metric &&
      source === reading.source &&
      context === reading.context &&
      statistic === reading.statistic,
  );
}
