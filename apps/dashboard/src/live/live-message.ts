import type { AlertChange, Insight, ModeTransition } from '@bridge/contracts';

/** A reading of an event, as a frame has it. */
export type EventReading = {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly start?: string;
  readonly end?: string;
  readonly context?: string;
  readonly statistic?: string;
};

export type EventFrame = {
  readonly event_id: string;
  readonly user_id: string;
  readonly device_id?: string;
  readonly source: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly received_at: string;
  readonly operation: 'upsert' | 'delete';
  readonly readings: readonly EventReading[];
};

/** Something that happened, as the stream brings it. */
export type Happening =
  | { readonly kind: 'event'; readonly body: EventFrame }
  | { readonly kind: 'transition'; readonly body: ModeTransition }
  | { readonly kind: 'alert'; readonly body: AlertChange }
  | { readonly kind: 'insight'; readonly body: Insight };

export const happeningKinds = ['event', 'transition', 'alert', 'insight'] as const;

export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'signed_out';

/** Whether anything is missing since the stream was open last. */
export type Continuity = 'started' | 'resumed' | 'gap';

/** From the one stream to every tab. */
export type LiveMessage =
  | { readonly type: 'connection'; readonly state: ConnectionState }
  | { readonly type: 'continuity'; readonly continuity: Continuity; readonly reason?: string }
  /** The server sends less than everything, since this browser is slow. */
  | { readonly type: 'lagging' }
  | { readonly type: 'happening'; readonly happening: Happening };

/** Whose events a tab shows. Transitions, alerts and insights reach every tab. */
export type Interest = { readonly events: 'all' | readonly string[] };

/** From a tab to the stream. */
export type TabMessage =
  | { readonly type: 'interest'; readonly interest: Interest }
  /** Somebody has signed in or out in this browser. */
  | { readonly type: 'restart' }
  | { readonly type: 'bye' };

export function isWanted(message: LiveMessage, { events }: Interest): boolean {
  if (message.type !== 'happening' || message.happening.kind !== 'event') return true;
  return events === 'all' || events.includes(message.happening.body.user_id);
}

/** Of several tabs. */
export function union(interests: Iterable<Interest>): Interest {
  const users = new Set<string>();
  for (const { events } of interests) {
    if (events === 'all') return { events };
    for (const user of events) users.add(user);
  }
  return { events: [...users] };
}
