/** A row of `alerts.producers`. Times are in milliseconds since 1970. */
export type Producer = {
  readonly source: string;
  /** Null: it never sent one. */
  readonly heartbeatAt: number | null;
  readonly activeConnections: number | null;
  readonly lastAcceptedAt: number | null;
  readonly lastDecisionAt: number | null;
  /** Operators were told that it is silent since then. */
  readonly silentSince: number | null;
  /** Operators were told that nothing moves since then. */
  readonly stalledSince: number | null;
};

/** Where each begin of an episode is kept until it ends, so that both ends name the same alert. */
export type Mark = {
  readonly kind: PipelineKind;
  readonly source: WatchedSource;
  readonly since: number;
};

export const watchedSources = ['cognition', 'webhook-ingest'] as const;
export type WatchedSource = (typeof watchedSources)[number];

export type PipelineKind = 'pipeline.cognition_silent' | 'pipeline.ingest_silent' | 'pipeline.stalled';

const silentKinds = {
  cognition: 'pipeline.cognition_silent',
  'webhook-ingest': 'pipeline.ingest_silent',
} as const satisfies Record<WatchedSource, PipelineKind>;

/** In milliseconds. */
export type WatchLimits = {
  /** Without a heartbeat for so long a producer is silent. */
  readonly silentAfterMs: number;
  /** Without an event and a decision for so long the pipeline is stalled. */
  readonly stalledAfterMs: number;
  /** No alert begins so soon after this service began to listen. */
  readonly graceMs: number;
};

export const defaultLimits: WatchLimits = {
  silentAfterMs: 60_000,
  stalledAfterMs: 6 * 3_600_000,
  graceMs: 120_000,
};

export type Watch = {
  readonly producers: readonly Producer[];
  /** When this service started, or joined its group again. */
  readonly listeningSince: number;
  readonly now: number;
  readonly limits: WatchLimits;
};

/** `begun` is not marked yet, `standing` is; `ended` is marked and over. */
export type Verdict = {
  readonly begun: readonly Mark[];
  readonly standing: readonly Mark[];
  readonly ended: readonly Mark[];
};

/** The dead man's switch: which producers are silent, and whether nothing moves although connections are active. */
export function judgeProducers({ producers, listeningSince, now, limits }: Watch): Verdict {
  const bySource = new Map(producers.map((producer) => [producer.source, producer]));
  const mayBegin = now - listeningSince >= limits.graceMs;
  const isSilent = (heartbeatAt: number | null) =>
    heartbeatAt === null || now - heartbeatAt >= limits.silentAfterMs;

  const silences = watchedSources.map((source): Finding => {
    const { heartbeatAt, silentSince } = bySource.get(source) ?? unheard;
    const since = isSilent(heartbeatAt) ? (heartbeatAt ?? listeningSince) : null;
    return { kind: silentKinds[source], source, marked: silentSince, since };
  });
  const ingest = bySource.get('webhook-ingest') ?? unheard;
  const cognition = bySource.get('cognition') ?? unheard;
  const isAnySilent = isSilent(ingest.heartbeatAt) || isSilent(cognition.heartbeatAt);
  const stall: Finding = {
    kind: 'pipeline.stalled',
    source: 'webhook-ingest',
    marked: ingest.stalledSince,
    // While one is silent its figures are old and say neither that something moves nor that nothing does.
    since: isAnySilent
      ? ingest.stalledSince
      : stalledSince(ingest, cognition, { listeningSince, now, limits }),
  };
  return verdictOf([...silences, stall], mayBegin);
}

type Finding = Omit<Mark, 'since'> & {
  /** Since when operators were told so. */
  readonly marked: number | null;
  /** Since when it is so now; null: it is not. */
  readonly since: number | null;
};

const unheard: Omit<Producer, 'source'> = {
  heartbeatAt: null,
  activeConnections: null,
  lastAcceptedAt: null,
  lastDecisionAt: null,
  silentSince: null,
  stalledSince: null,
};

function stalledSince(
  { activeConnections, lastAcceptedAt }: Omit<Producer, 'source'>,
  { lastDecisionAt }: Omit<Producer, 'source'>,
  { listeningSince, now, limits }: Omit<Watch, 'producers'>,
): number | null {
  if (activeConnections === null || activeConnections === 0) return null;
  const moved = Math.max(lastAcceptedAt ?? 0, lastDecisionAt ?? 0);
  // Where nothing ever moved, a new bridge has as long as any other.
  const since = moved === 0 ? listeningSince : moved;
  return now - since >= limits.stalledAfterMs ? since : null;
}

function verdictOf(findings: readonly Finding[], mayBegin: boolean): Verdict {
  const marks = (one: (finding: Finding) => number | null) =>
    findings.flatMap((finding): Mark[] => {
      const since = one(finding);
      return since === null ? [] : [{ kind: finding.kind, source: finding.source, since }];
    });
  return {
    begun: marks(({ marked, since }) => (marked === null && mayBegin ? since : null)),
    standing: marks(({ marked, since }) => (since === null ? null : marked)),
    ended: marks(({ marked, since }) => (since === null ? marked : null)),
  };
}
