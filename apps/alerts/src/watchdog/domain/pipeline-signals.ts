import { alertId, signalId, utc } from '@bridge/contracts';
import type { TimedSignal } from '../../episodes/domain/timed-signal.ts';
import type { Mark, PipelineKind } from './judge-producers.ts';

/** Those who hear of what is wrong with the bridge itself; see ADR 27. */
const operators = 'bridge:operators';

type Words = {
  readonly title: string;
  readonly summary: (since: string) => string;
  readonly advice: string;
  readonly recovered: string;
};

const down = 'the service, its connection or Kafka is down, or this service reads too slowly';

const words: Readonly<Record<PipelineKind, Words>> = {
  'pipeline.cognition_silent': {
    title: 'The bridge may have stopped judging data',
    summary: (since) => `No heartbeat of cognition arrived since ${since}: ${down}.`,
    advice:
      'Look at the health and the logs of cognition and Kafka. Until a heartbeat arrives nobody is warned about a person; what was accepted is decided later.',
    recovered: 'Heartbeats of cognition arrive again.',
  },
  'pipeline.ingest_silent': {
    title: 'The bridge may have stopped receiving data',
    summary: (since) => `No heartbeat of webhook-ingest arrived since ${since}: ${down}.`,
    advice:
      'Look at the health and the logs of webhook-ingest and Kafka. Vendors repeat what they could not deliver; not every phone does.',
    recovered: 'Heartbeats of webhook-ingest arrive again.',
  },
  'pipeline.stalled': {
    title: 'No data reaches the bridge',
    summary: (since) =>
      `The services live and connections are active, but since ${since} no event was accepted and none was decided.`,
    advice:
      "Check that vendors reach the bridge's public address, and that their subscriptions and the connections' tokens are valid.",
    recovered: 'Events are accepted and decided again, or no connection is active any more.',
  },
};

/** The signal for a mark. Its ids follow from the begin of the episode, so that a repetition changes nothing. */
export function pipelineSignal(
  { kind, source, since }: Mark,
  status: 'firing' | 'resolved',
  now: number,
): TimedSignal {
  const begin = utc(since);
  const alert_id = alertId(`${source}/${begin}`, kind);
  const { title, summary, advice, recovered } = words[kind];
  return {
    signal_id: signalId({ alertId: alert_id, status, cause: begin }),
    alert_id,
    user_id: operators,
    kind,
    status,
    severity: 'critical',
    // In order although the clock may have been set back meanwhile.
    at: status === 'firing' ? since : Math.max(now, since + 1),
    source: 'alerts',
    evidence: { rules: [], readings: [] },
    title,
    language: 'en',
    ...(status === 'firing'
      ? { summary: summary(begin), advice }
      : { summary: recovered, reason: 'recovered' as const }),
  };
}
