/** `GET /connections`, as ingest answers it. */
export type Connection = {
  readonly connection_id: string;
  readonly user_id: string;
  readonly vendor: string;
  readonly state: 'active' | 'needs_consent' | 'lapsed' | 'disconnected';
  readonly since: string;
  readonly connected_at: string;
  readonly ends_at: string | null;
  readonly last_notice_at: string | null;
  readonly last_document_at: string | null;
  readonly not_before: string | null;
  readonly next_renewal_at: string | null;
  readonly renewal_failing_since: string | null;
  /** Requests that the scarcest limit still grants. */
  readonly quota_left: number | null;
  readonly waiting_notices: number;
  readonly silences: readonly {
    readonly data_type: string;
    readonly cause: string | null;
    readonly since: string;
  }[];
};

export type Quarantined = {
  readonly user_id: string;
  readonly source: string;
  readonly reason: string | null;
  readonly count: number;
  readonly last_at: string;
  readonly problems: readonly { readonly field: string; readonly message: string }[];
};

export type ConnectionPage = {
  readonly connections: readonly Connection[];
  readonly quarantined: readonly Quarantined[];
  readonly next: string | null;
};

const rank = { needs_consent: 0, lapsed: 1, active: 2, disconnected: 3 } as const;

/** Those that need somebody first: no consent, then silent ones, then the rest by person. */
export function byNeed(connections: readonly Connection[]): Connection[] {
  return [...connections].sort(
    (a, b) =>
      rank[a.state] - rank[b.state] ||
      Number(b.silences.length > 0) - Number(a.silences.length > 0) ||
      a.user_id.localeCompare(b.user_id),
  );
}
