import type { Socket } from 'node:net';
import type { AlertStatus, Language, Severity } from '@bridge/contracts';
import type { z } from 'zod';
import type { NotificationReason } from '../notifications/domain/notification-plan.ts';

/** One alert within a notification, in the words that this channel may carry. */
export type NotificationAlert = {
  readonly alertId: string;
  /** Counts what this channel was told of the alert, from 1. */
  readonly step: number;
  readonly reason: NotificationReason;
  readonly status: AlertStatus;
  readonly severity: Severity;
  /** When it began to fire, RFC 3339 in UTC. */
  readonly firingSince: string;
  /** Names no person, value, rule or metric. */
  readonly title: string;
  /** Only for a channel that is marked as fit for health data. */
  readonly details?: {
    readonly userId: string;
    readonly kind: string;
    readonly summary?: string;
    readonly advice?: string;
    readonly question?: string;
    readonly mode?: string;
    readonly resolution?: string;
  };
  readonly links: NotificationLinks;
};

/** Addresses on the bridge's public origin. */
export type NotificationLinks = {
  /** The alert on the dashboard; it asks for a sign-in. */
  readonly open: string;
  /** One-time links that act without a sign-in, with the label of their button; none for channels of machines. */
  readonly actions: readonly { readonly label: string; readonly url: string }[];
};

/** What one delivery says. Stored sealed, so that every attempt says the same. */
export type Notification = {
  /** The idempotency key: the same for every attempt of a delivery. */
  readonly deliveryId: string;
  /** When it was decided, RFC 3339 in UTC. */
  readonly at: string;
  readonly language: Language;
  /** At least one. */
  readonly alerts: readonly [NotificationAlert, ...NotificationAlert[]];
};

export const failureReasons = [
  'timeout',
  'connection',
  'certificate',
  'forbidden_address',
  'redirect',
  'server_error',
  'rate_limited',
  'rejected',
  'gone',
  'answer_too_large',
  'settings',
  'template',
] as const;
export type FailureReason = (typeof failureReasons)[number];

/**
 * The result of one attempt. `failed` may succeed later; `refused` never will, so the delivery ends; `gone` also turns the
 * channel off. No field repeats anything that a receiver wrote.
 */
export type SendResult =
  | { readonly kind: 'delivered'; readonly status?: number }
  | {
      readonly kind: 'failed';
      readonly reason: FailureReason;
      readonly status?: number;
      /** The receiver asked for this pause. */
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'refused'; readonly reason: FailureReason; readonly status?: number }
  | { readonly kind: 'gone'; readonly status?: number };

/** One HTTP request to a receiver; see `send-request.ts`. */
export type ReceiverRequest = {
  readonly url: string;
  readonly method: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type ReceiverAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly body: string;
    }
  | { readonly kind: 'failed'; readonly reason: FailureReason };

export type ReceiverConnection =
  | { readonly kind: 'connected'; readonly socket: Socket }
  | { readonly kind: 'failed'; readonly reason: FailureReason };

/** The world of an adapter: nothing else may reach the outside. */
export type SendContext = {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** From 1. */
  readonly attempt: number;
  /** Refuses private addresses, follows no redirect, and limits time and size. */
  readonly request: (request: ReceiverRequest) => Promise<ReceiverAnswer>;
  /** A TCP connection to a host that is not reached over HTTP, under the same restrictions. The caller closes it. */
  readonly connect: (host: string, port: number) => Promise<ReceiverConnection>;
  readonly timeoutMs: number;
};

/** A kind of channel: everything that the service knows about it. */
export type ChannelAdapter<Settings = unknown> = {
  readonly kind: string;
  /** The receiver takes one alert at a time, as an incident tool does. */
  readonly oneAlertAtATime: boolean;
  /** Somebody reads it who can follow a link; a machine gets no action links. */
  readonly readByPeople: boolean;
  /** Strict: an unknown setting is refused. */
  readonly settings: z.ZodType<Settings>;
  /** Settings that are never shown again. */
  readonly secrets: readonly (unknown extends Settings ? string : keyof Settings & string)[];
  send(settings: Settings, notification: Notification, context: SendContext): Promise<SendResult>;
};
