import type { Severity } from '@bridge/contracts';

/** Why a channel is told of an alert. */
export const notificationReasons = [
  'fired',
  'asked',
  'raised',
  'updated',
  'unconfirmed',
  'acknowledged',
  'resolved',
  'repeated',
  'escalated',
] as const;
export type NotificationReason = (typeof notificationReasons)[number];

/** One alert within a delivery. Steps of an alert count per channel, from 1. */
export type PlannedStep = {
  readonly alertId: string;
  readonly step: number;
  readonly reason: NotificationReason;
  /** The route that asked for it, for people who ask why they were told. */
  readonly route: string;
};

/** One message to one channel: about all alerts of the person, or about one where the channel takes one at a time. */
export type PlannedDelivery = { readonly channel: string; readonly steps: readonly PlannedStep[] };

export const holdReasons = [
  'silenced',
  'inhibited',
  'acknowledged',
  'quiet_hours',
  'budget',
  'info',
  'no_route',
] as const;
export type HoldReason = (typeof holdReasons)[number];

/** Why nobody is told of an open alert at present. */
export type Hold = {
  readonly reason: HoldReason;
  readonly since: number;
  /** The silence or the inhibiting alert. */
  readonly by?: string;
  readonly until?: number;
};

/** What a channel was last told of an alert. */
export type ToldState = {
  readonly step: number;
  readonly at: number;
  readonly severity: Severity;
  /** `forgotten`: the channel was off since; it is told anew once it is on again, and its steps go on. */
  readonly status: 'firing' | 'unconfirmed' | 'resolved' | 'forgotten';
  readonly version: number;
  readonly summaryHash: string;
  readonly acknowledgedAt?: number;
  /** `firingSince` of the alert, so that a reopened one is told again. */
  readonly firingSince: number;
  /** The route that asked for it: the end is told by the same rules, wherever the alert would go by then. */
  readonly route: string;
  /**
   * The channel was turned off while it knew the alert open, and owes its readers the end: since when, null while the alert is
   * open.
   */
  readonly endOwedSince?: number | null;
  /** The alert asked its question by then. */
  readonly asked?: true;
};

/** Per alert: which channels were told, and how far its escalation is. */
export type AlertLedger = {
  readonly told: Readonly<Record<string, ToldState>>;
  readonly hold?: Hold;
  readonly escalations?: Readonly<Record<string, EscalationLedger>>;
  /** `firingSince` of the firing whose last escalation step passed without an acknowledgement: operators were told. */
  readonly unanswered?: number;
  /** The same, once operators were told as well that somebody took care of it or that it is over. */
  readonly answered?: number;
};

/** An alert, from the time when it began to fire until it ends; milliseconds since 1970. */
export type Firing = { readonly alertId: string; readonly firingSince: number };
export type AnsweredFiring = Firing & { readonly reason: 'answered' | 'recovered' };

/** On one route: steps that were taken, and when the next one is due. It starts anew with a rise to critical. */
export type EscalationLedger = {
  readonly taken: number;
  readonly due: number;
  readonly firingSince: number;
  readonly severity: Severity;
  /** The alert is silenced or inhibited: after that the next step waits its whole delay again. */
  readonly held?: true;
};

/**
 * What the service remembers about one person's notifications, as JSON in `alerts.notification_groups.ledger`. It names no
 * person and says nothing about a body.
 */
export type Ledger = {
  readonly alerts: Readonly<Record<string, AlertLedger>>;
  /** By route: when its group was last notified, and since when changes wait. */
  readonly groups: Readonly<Record<string, { readonly notifiedAt?: number; readonly waitingSince?: number }>>;
  /** Alerts that used up the budget, for as long as the longest budget looks back. */
  readonly spent: readonly { readonly alertId: string; readonly severity: Severity; readonly at: number }[];
};

export const emptyLedger: Ledger = { alerts: {}, groups: {}, spent: [] };
