import { hash } from 'node:crypto';
import type { AlertStateSignal } from './alert-signal.ts';
import type { BiometricEvent } from './biometric-event.ts';
import type { ModeTransition } from './mode-transition.ts';
import type { Answer, Profile } from './profile.ts';
import type { Reading } from './reading.ts';
import { withZuluForZero } from './timestamp.ts';

/**
 * Ids follow from their cause, so that a retry repeats them. Each is the SHA-256 of its kind and its
 * inputs, each input written as `<bytes>:<text>`, so that no two lists of inputs read the same.
 */
export type ObjectIdentity = {
  /** An id that a vendor gives, one that a client gives and a hash of the content never meet. */
  readonly kind: 'vendor' | 'client' | 'content';
  readonly id: string;
};

/** One version of one object of one source and person. */
export function eventId(input: {
  readonly source: string;
  readonly userId: string;
  readonly object: ObjectIdentity;
  readonly version: number;
}): string {
  const { source, userId, object, version } = input;
  return idOf('event', [source, userId, object.kind, object.id, String(version)]);
}

/** The content of an event, apart from its sender and arrival. */
export type EventContent = {
  readonly event_type: string;
  readonly device_id?: string;
  /** As reported, in one spelling; absent when none was reported. Never an assumed time. */
  readonly reportedAt?: string;
  readonly operation: BiometricEvent['operation'];
  readonly readings: readonly Reading[];
  readonly profile?: Profile;
  readonly answer?: Answer;
};

/** Independent of the order of keys and of readings. 64 hex digits. */
export function contentHash(content: EventContent): string {
  const readings = content.readings
    .map(({ metric, value, unit, start, end, context, statistic, motion }) =>
      JSON.stringify([
        metric,
        value,
        unit,
        start && withZuluForZero(start),
        end && withZuluForZero(end),
        context,
        statistic,
        ...(motion === undefined ? [] : [motion]),
      ]),
    )
    .sort();
  const { event_type, device_id, reportedAt, operation, profile, answer } = content;
  // What only a few events have is left out where it is absent, so that the hashes of all others stay as they are.
  const said = profile ?? answer;
  const at = reportedAt && withZuluForZero(reportedAt);
  const facts = [event_type, device_id, at, operation, ...(said === undefined ? [] : [said])];
  return digest('content', [JSON.stringify(facts), ...readings]);
}

/** One cause makes at most one transition of a person. */
export function transitionId(userId: string, cause: ModeTransition['cause']): string {
  return 'due' in cause
    ? idOf('transition', [userId, 'due', cause.due])
    : idOf('transition', [userId, 'event', cause.event_id]);
}

/** The episode that a transition (or another cause) opened. */
export function alertId(openedBy: string, kind: string): string {
  return idOf('alert', [openedBy, kind]);
}

/** `cause`: the transition that opened or resolved it, or the event that gave new evidence. */
export function signalId(input: {
  readonly alertId: string;
  readonly status: AlertStateSignal['status'];
  readonly cause: string;
}): string {
  return idOf('signal', [input.alertId, input.status, input.cause]);
}

/** `at`: the beat's own due time, RFC 3339 in UTC. */
export function heartbeatId(source: string, at: string): string {
  return idOf('heartbeat', [source, at]);
}

/** The question of an episode. */
export function hypothesisId(alert: string): string {
  return idOf('hypothesis', [alert]);
}

/** `cause`: that of the decision; `about`: the kind and what distinguishes it from others of the same decision. */
export function insightId(userId: string, cause: string, about: string): string {
  return idOf('insight', [userId, cause, about]);
}

/** One signal changes an episode at most once. */
export function changeId(alert: string, signal: string): string {
  return idOf('change', [alert, signal]);
}

/** The key under which a receiver knows a delivery, however often it is attempted. The order of its steps does not matter. */
export function deliveryId(
  channel: string,
  steps: readonly { readonly alertId: string; readonly step: number }[],
): string {
  const inOrder = steps.toSorted((a, b) =>
    a.alertId < b.alertId ? -1 : a.alertId > b.alertId ? 1 : a.step - b.step,
  );
  return idOf('delivery', [channel, ...inOrder.flatMap(({ alertId, step }) => [alertId, String(step)])]);
}

/** SHA-256 of the bytes as they arrived, 64 hex digits. */
export function rawHash(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

function idOf(what: string, inputs: readonly string[]): string {
  return digest(what, inputs).slice(0, 32);
}

function digest(what: string, inputs: readonly string[]): string {
  let text = `${what.length}:${what}`;
  for (const input of inputs) text += `${Buffer.byteLength(input)}:${input}`;
  return hash('sha256', text, 'hex');
}
