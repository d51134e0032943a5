import {
  alertDetailsSchema,
  severities,
  type AlertDetails,
  type AlertStatus,
  type Evidence,
  type Severity,
} from '@bridge/contracts';
import { isAfter, orderOf, type SignalOrder } from './signal-order.ts';
import type { TimedSignal } from './timed-signal.ts';

/**
 * What the producer's signals say about an episode. It keeps the newest of everything, so it depends on the set of signals
 * alone: neither their order of arrival nor their repetition changes it.
 */
export type ReportedState = {
  readonly newest: {
    readonly order: SignalOrder;
    readonly status: AlertStatus;
    readonly severity: Severity;
    readonly details: AlertDetails;
    readonly transitionId: string | undefined;
  };
  /** The newest firing signals that carry an advice, and a question: later ones need not repeat them. */
  readonly advised: SignalWords | null;
  readonly asked: SignalWords | null;
  /** Of the newest firing signal that carries readings; until one came, of the first signal. */
  readonly ground: { readonly order: SignalOrder; readonly isFiring: boolean; readonly evidence: Evidence };
  /** The newest firing or unconfirmed signal of each severity. */
  readonly severities: Readonly<Partial<Record<Severity, SignalOrder>>>;
  /** The newest end; null: none came yet. */
  readonly ended: SignalOrder | null;
  /** The first firing since the newest end that is known. */
  readonly since: SignalOrder | null;
};

type SignalWords = { readonly order: SignalOrder; readonly details: AlertDetails };

/** The same object where the signal says nothing new. */
export function takeSignal(before: ReportedState | null, signal: TimedSignal): ReportedState {
  const order = orderOf(signal);
  const said = {
    order,
    status: signal.status,
    severity: signal.severity,
    details: alertDetailsSchema.parse(signal),
    transitionId: signal.transition_id,
  };
  const fires = signal.status === 'firing';
  const ground = { order, isFiring: fires && signal.evidence.readings.length > 0, evidence: signal.evidence };
  if (before === null) return firstState(said, ground);
  const ends = signal.status === 'resolved';
  const { advice, question } = said.details;
  const after: ReportedState = {
    newest: isAfter(order, before.newest.order) ? said : before.newest,
    advised: fires && advice !== undefined ? newer(said, before.advised) : before.advised,
    asked: fires && question !== undefined ? newer(said, before.asked) : before.asked,
    ground:
      ground.isFiring && (!before.ground.isFiring || isAfter(order, before.ground.order))
        ? ground
        : before.ground,
    severities: ends ? before.severities : withSeverity(before.severities, signal.severity, order),
    ended: ends && isAfter(order, before.ended) ? order : before.ended,
    since: before.since,
  };
  const keys = Object.keys(after) as (keyof ReportedState)[];
  if (keys.every((key) => after[key] === before[key])) return before;
  return {
    ...after,
    since: firstFiring(after.ended, [before.since, fires ? order : null, lastFiring(after)]),
  };
}

export function isOpen({ newest }: ReportedState): boolean {
  return newest.status !== 'resolved';
}

/**
 * While it is open, the highest since its last end: a warning that comes back must not pass for the critical alert that
 * ended before. Of an ended one, the highest that it ever had.
 */
export function severityOf(state: ReportedState): Severity {
  const counts = (order: SignalOrder | undefined) =>
    order !== undefined && (!isOpen(state) || isAfter(order, state.ended));
  // The list of severities begins with the highest.
  return severities.find((severity) => counts(state.severities[severity])) ?? state.newest.severity;
}

/** What the newest signal says; while it is open, with the advice and the question that it does not repeat. */
export function detailsOf({ newest, advised, asked, ended }: ReportedState): AlertDetails {
  const said = newest.details;
  if (newest.status === 'resolved') return said;
  const isCurrent = (words: SignalWords | null): words is SignalWords =>
    words !== null && isAfter(words.order, ended);
  const { advice, title } = isCurrent(advised) ? advised.details : {};
  const open = isCurrent(asked) ? asked.details : {};
  const stillAsks = said.hypothesis_id !== undefined && said.hypothesis_id === open.hypothesis_id;
  return {
    ...(advice !== undefined && { advice }),
    ...(title !== undefined && { title }),
    ...(stillAsks && open.question !== undefined && { question: open.question }),
    ...(stillAsks && open.answers !== undefined && { answers: open.answers }),
    ...said,
  };
}

function firstState(said: ReportedState['newest'], ground: ReportedState['ground']): ReportedState {
  const { order, status, severity, details } = said;
  const fires = status === 'firing';
  return {
    newest: said,
    advised: fires && details.advice !== undefined ? said : null,
    asked: fires && details.question !== undefined ? said : null,
    ground,
    severities: status === 'resolved' ? {} : { [severity]: order },
    ended: status === 'resolved' ? order : null,
    since: fires ? order : null,
  };
}

function newer(said: SignalWords, before: SignalWords | null): SignalWords {
  return before === null || isAfter(said.order, before.order)
    ? { order: said.order, details: said.details }
    : before;
}

function withSeverity(
  before: ReportedState['severities'],
  severity: Severity,
  order: SignalOrder,
): ReportedState['severities'] {
  return isAfter(order, before[severity] ?? null) ? { ...before, [severity]: order } : before;
}

function lastFiring({ newest }: ReportedState): SignalOrder | null {
  return newest.status === 'firing' ? newest.order : null;
}

/** The earliest known firing after the newest end. */
function firstFiring(
  ended: SignalOrder | null,
  candidates: readonly (SignalOrder | null)[],
): SignalOrder | null {
  return candidates.reduce(
    (first, order) =>
      order !== null && isAfter(order, ended) && (first === null || isAfter(first, order)) ? order : first,
    null,
  );
}
