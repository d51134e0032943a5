import {
  alertChangeSchema,
  insightSchema,
  interpretMessage,
  modeTransitionSchema,
  type AlertChange,
  type BiometricEvent,
  type Insight,
  type ModeTransition,
} from '@bridge/contracts';
import { deadLetter, ok, type Outcome } from '@bridge/core';

/** A decoded message of a live topic. */
export type LiveMessage = {
  /** What is older is not shown. Default: `defaultRetentionDays`. */
  readonly retentionDays?: number;
  readonly body: unknown;
  /** The value's bytes. */
  readonly raw: Buffer;
  /** Append time, in milliseconds since 1970. */
  readonly brokerTime: number;
  /** It carries a valid signature of ours. */
  readonly trusted: boolean;
};

/** What a message shows to subscribers; `id` is the same however often the message repeats. */
export type FrameContent =
  | { readonly kind: 'event'; readonly id: string; readonly userId: string; readonly body: BiometricEvent }
  | {
      readonly kind: 'transition';
      readonly id: string;
      readonly userId: string;
      readonly body: ModeTransition;
    }
  | { readonly kind: 'alert'; readonly id: string; readonly userId: string; readonly body: AlertChange }
  | { readonly kind: 'insight'; readonly id: string; readonly userId: string; readonly body: Insight };

/**
 * Reads a message as cognition would; a partner's may hold several events. What it would dead-letter is nothing to show.
 */
export function readFrames(
  kind: FrameContent['kind'],
  message: LiveMessage,
): readonly Outcome<FrameContent>[] {
  return kind === 'event' ? readEvents(message) : [readChange(kind, message)];
}

function readChange(
  kind: Exclude<FrameContent['kind'], 'event'>,
  message: LiveMessage,
): Outcome<FrameContent> {
  switch (kind) {
    case 'transition':
      return readOwn(message, modeTransitionSchema, (body) => ({
        kind,
        id: body.transition_id,
        userId: body.user_id,
        body,
      }));
    case 'alert':
      return readOwn(message, alertChangeSchema, (body) => ({
        kind,
        id: body.change_id,
        userId: body.user_id,
        body,
      }));
    case 'insight':
      return readOwn(message, insightSchema, (body) => ({
        kind,
        id: body.insight_id,
        userId: body.user_id,
        body,
      }));
  }
}

function readEvents(message: LiveMessage): readonly Outcome<FrameContent>[] {
  return interpretMessage(message).map(({ outcome }) => {
    if (outcome.kind !== 'ok') return outcome;
    const body = outcome.value;
    return ok({ kind: 'event', id: body.event_id, userId: body.user_id, body });
  });
}

type Schema<T> = { safeParse(body: unknown): { success: true; data: T } | { success: false } };

/** Only our own services say what mode a person is in, which alert fires, and what was found. */
function readOwn<T>(
  message: LiveMessage,
  schema: Schema<T>,
  show: (body: T) => FrameContent,
): Outcome<FrameContent> {
  if (!message.trusted) return deadLetter('unsigned');
  const parsed = schema.safeParse(message.body);
  return parsed.success ? ok(show(parsed.data)) : deadLetter('invalid');
}
