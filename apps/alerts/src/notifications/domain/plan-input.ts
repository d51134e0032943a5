import type { Budget, Routing } from '@bridge/contracts';
import type { AlertSnapshot, NotifiedPerson } from './alert-snapshot.ts';
import type { AnsweredFiring, Ledger, PlannedDelivery } from './notification-plan.ts';
import type { ActiveSilence } from './silence-index.ts';

export type ChannelFacts = {
  readonly oneAlertAtATime: boolean;
  /** Neither turned off by an operator nor gone. */
  readonly active: boolean;
  /** The person whose own channel it is. */
  readonly subjectId: string | null;
};

/**
 * Everything that a plan depends on. `routing` and `silences` are indexed once per object: pass the same ones for every person
 * until the configuration changes.
 */
export type PlanInput = {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly person: NotifiedPerson;
  /** All open alerts of the person, and the ended ones that the ledger still names. */
  readonly alerts: readonly AlertSnapshot[];
  readonly ledger: Ledger;
  /** When the first change came that no plan has seen: the wait of its group begins then. null: nothing changed. */
  readonly changedAt: number | null;
  /**
   * By alert and channel the last step of which a delivery exists, for open alerts that the ledger does not name: it forgets an
   * alert whose end was told, and one that is opened again goes on counting.
   */
  readonly stepsBefore: ReadonlyMap<string, Readonly<Record<string, number>>>;
  readonly routing: Routing;
  readonly budgets: readonly Budget[];
  readonly silences: readonly ActiveSilence[];
  readonly channels: ReadonlyMap<string, ChannelFacts>;
  /** Open alerts of `bridge:operators`, which may inhibit those of every person. */
  readonly operatorAlerts: readonly AlertSnapshot[];
  /** The person is `bridge:operators`. */
  readonly isOperators: boolean;
};

export type Plan = {
  readonly deliveries: readonly PlannedDelivery[];
  readonly ledger: Ledger;
  /** The earliest time at which planning again could tell something new; null: only after a change. */
  readonly nextDue: number | null;
  /** Critical alerts that nobody acknowledged within their last escalation step, each named once per firing. */
  readonly unanswered: readonly string[];
  /** Those of which that is over. */
  readonly answered: readonly AnsweredFiring[];
};
