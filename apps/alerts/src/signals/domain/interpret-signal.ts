import {
  alertId,
  alertSignalSchema,
  alertStateSignalSchema,
  operatorsUserId,
  parseTimestamp,
  reservedSources,
  signalId,
  signalProducers,
  type AlertStateSignal,
  type HeartbeatSignal,
} from '@bridge/contracts';
import { deadLetter, ok, type Outcome } from '@bridge/core';
import type { TimedSignal } from '../../episodes/domain/timed-signal.ts';

export type Heartbeat = {
  readonly kind: 'heartbeat';
  /** One of our services, or `partner`. */
  readonly source: string;
  /** The broker's time, in milliseconds since 1970: a producer's own clock proves nothing. */
  readonly at: number;
  readonly figures: ProducerFigures;
};

/** What a producer of ours says of its work; times in milliseconds since 1970. Null: it did not say. */
export type ProducerFigures = {
  readonly activeConnections: number | null;
  readonly lastAcceptedAt: number | null;
  readonly lastDecisionAt: number | null;
};

export type StateSignal = { readonly kind: 'signal'; readonly signal: TimedSignal };

export type SignalMessage = {
  readonly body: unknown;
  readonly brokerTime: number;
  /** It carries a valid signature. Everything else is a partner's. */
  readonly trusted: boolean;
};

/** Names that only signed messages may use. */
const ourSources = new Set<string>([...reservedSources, ...signalProducers]);
/** Kinds that only signed messages may use: ours have budgets, inhibitions and routes of their own. */
const ourKinds = ['rule.', 'connection.', 'silence.', 'pipeline.'];
/** How far a producer's clock may be ahead. */
const allowedAheadMs = 5 * 60_000;

/** The meaning of one message on `biometric.alerts`. */
export function interpretSignal(message: SignalMessage): Outcome<Heartbeat | StateSignal> {
  const { body, brokerTime, trusted } = message;
  const parsed = alertSignalSchema.safeParse(body);
  if (!parsed.success) return deadLetter('invalid_signal');
  const signal = parsed.data;
  if (!trusted && ourSources.has(signal.source)) return deadLetter('reserved_source');
  if (signal.status === 'heartbeat') {
    // A partner's name is an open set and no metric label, and nobody reads its figures.
    const source = trusted ? signal.source : 'partner';
    const figures = trusted ? figuresOf(signal, brokerTime) : noFigures;
    return ok({ kind: 'heartbeat', source, at: brokerTime, figures });
  }
  // Operators' alerts have no budget, and may inhibit those of every person.
  if (!trusted && signal.user_id === operatorsUserId) return deadLetter('reserved_person');
  if (!trusted && ourKinds.some((prefix) => signal.kind.startsWith(prefix)))
    return deadLetter('reserved_kind');
  const at = parseTimestamp(signal.at)?.epochMs;
  if (at === undefined) return deadLetter('invalid_signal');
  if (at > brokerTime + allowedAheadMs) return deadLetter('future_timestamp');
  return ok({ kind: 'signal', signal: { ...(trusted ? signal : adopt(signal)), at } });
}

const noFigures: ProducerFigures = { activeConnections: null, lastAcceptedAt: null, lastDecisionAt: null };

/** A clock that is ahead must not make the last event look recent for good. */
function figuresOf(signal: HeartbeatSignal, brokerTime: number): ProducerFigures {
  const timeOf = (text: string | undefined): number | null => {
    const at = text === undefined ? undefined : parseTimestamp(text)?.epochMs;
    return at === undefined ? null : Math.min(at, brokerTime);
  };
  return {
    activeConnections: signal.active_connections ?? null,
    lastAcceptedAt: timeOf(signal.last_accepted_at),
    lastDecisionAt: timeOf(signal.last_decision_at),
  };
}

/**
 * Only cognition asks: an answer to a partner's question could go to another one of the person's. Nor does a partner count
 * decisions: of signals with a count and without one no order is total.
 */
const withoutQuestion = alertStateSignalSchema.omit({
  hypothesis_id: true,
  question: true,
  answers: true,
  seq: true,
  index: true,
});

/**
 * A partner's ids are only inputs to ours. As they are, a partner could take the ids that a service of ours or another
 * partner is about to use, and thereby suppress an alert.
 */
function adopt(signal: AlertStateSignal): AlertStateSignal {
  const openedBy = JSON.stringify(['partner', signal.source, signal.user_id, signal.alert_id]);
  const alert_id = alertId(openedBy, signal.kind);
  const details = withoutQuestion.parse(signal);
  const signal_id = signalId({ alertId: alert_id, status: signal.status, cause: signal.signal_id });
  return { ...details, alert_id, signal_id };
}
