import type { Budget, Routing } from '@bridge/contracts';
import { expect } from 'vitest';
import type { AlertSnapshot, NotifiedPerson } from '../src/notifications/domain/alert-snapshot.ts';
import {
  emptyLedger,
  type AnsweredFiring,
  type Hold,
  type Ledger,
} from '../src/notifications/domain/notification-plan.ts';
import type { ChannelFacts, Plan, PlanInput } from '../src/notifications/domain/plan-input.ts';
import { planNotifications } from '../src/notifications/domain/plan-notifications.ts';
import type { ActiveSilence } from '../src/notifications/domain/silence-index.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Noon in UTC; stories count from here. */
export const start = Date.UTC(2027, 2, 10, 12);

export const ann: NotifiedPerson = {
  subjectId: 's-ann',
  userId: 'ann',
  groups: new Set(['team']),
  timeZone: 'UTC',
};

/** A warning that fires since the story began, unless said otherwise. */
export function anAlert(alertId: string, facts: Partial<AlertSnapshot> = {}): AlertSnapshot {
  return {
    alertId,
    kind: `rule.${alertId}`,
    source: 'cognition',
    status: 'firing',
    reason: undefined,
    severity: 'warning',
    firingSince: start,
    version: 1,
    acknowledged: null,
    asksQuestion: false,
    summaryHash: 'one',
    ...facts,
  };
}

/** Everything to the channel `phone`. */
export const plainRouting: Routing = {
  default: { channels: ['phone'] },
  routes: [],
  inhibitions: [],
  systems: {},
};

export const aChannel: ChannelFacts = { active: true, oneAlertAtATime: false, subjectId: null };

export type World = {
  person: NotifiedPerson;
  routing: Routing;
  budgets: readonly Budget[];
  silences: readonly ActiveSilence[];
  channels: Readonly<Record<string, ChannelFacts>>;
  operatorAlerts: readonly AlertSnapshot[];
  isOperators: boolean;
};

export type ToldStep = {
  readonly at: number;
  readonly channel: string;
  readonly alertId: string;
  readonly step: number;
  readonly reason: string;
  readonly route: string;
};

export type Story = {
  readonly world: World;
  readonly told: readonly ToldStep[];
  readonly unanswered: readonly string[];
  readonly answered: readonly AnsweredFiring[];
  readonly nextDue: number | null;
  readonly ledger: Ledger;
  readonly alerts: ReadonlyMap<string, AlertSnapshot>;
  set(...alerts: readonly AlertSnapshot[]): void;
  change(alertId: string, facts: Partial<AlertSnapshot>): void;
  plan(at: number): Plan;
  /**
   * Plans for changes since the last time, whenever something is due, and at the time given. Returns what was told:
   * `phone: fired a, fired b`.
   */
  until(at: number): readonly string[];
  hold(alertId: string): Hold | undefined;
};

/**
 * Plays one person's notifications as the service does, in a time of its own. After each plan it also holds that planning again
 * at once tells nothing, and that planning just before the next due time would not either.
 */
export function tellStory(given: Partial<World> = {}): Story {
  const world: World = {
    person: ann,
    routing: plainRouting,
    budgets: [],
    silences: [],
    channels: {
      phone: aChannel,
      mail: aChannel,
      boss: aChannel,
      pager: { ...aChannel, oneAlertAtATime: true },
    },
    operatorAlerts: [],
    isOperators: false,
    ...given,
  };
  const alerts = new Map<string, AlertSnapshot>();
  const told: ToldStep[] = [];
  const unanswered: string[] = [];
  const answered: AnsweredFiring[] = [];
  const steps = new Map<string, Record<string, number>>();
  let ledger = emptyLedger;
  let nextDue: number | null = null;
  let now = -Infinity;

  const inputAt = (now: number): PlanInput => ({
    ...world,
    now,
    ledger,
    channels: new Map(Object.entries(world.channels)),
    alerts: [...alerts.values()].filter(
      ({ alertId, status }) => status !== 'resolved' || alertId in ledger.alerts,
    ),
    changedAt: null,
    stepsBefore: new Map([...steps].filter(([alertId]) => !(alertId in ledger.alerts))),
  });

  const plan = (at: number): Plan => {
    const made = planNotifications(inputAt(at));
    now = at;
    ledger = JSON.parse(JSON.stringify(made.ledger)) as Ledger;
    nextDue = made.nextDue;
    for (const { channel, steps: ofDelivery } of made.deliveries) {
      for (const one of ofDelivery) {
        told.push({ at, channel, ...one });
        steps.set(one.alertId, { ...steps.get(one.alertId), [channel]: one.step });
      }
    }
    unanswered.push(...made.unanswered);
    answered.push(...made.answered);
    expect(nextDue ?? Infinity).toBeGreaterThan(at);
    const again = planNotifications(inputAt(at));
    const nothing = { ...made, deliveries: [], unanswered: [], answered: [] };
    // Comparing texts is quicker; the assertion explains the difference.
    if (JSON.stringify(again) !== JSON.stringify(nothing)) expect(again).toEqual(nothing);
    const { deliveries, unanswered: early } = planNotifications(inputAt((nextDue ?? at + 100 * day) - 1));
    if (deliveries.length + early.length > 0)
      expect({ deliveries, early }).toEqual({ deliveries: [], early: [] });
    return made;
  };

  return {
    world,
    told,
    unanswered,
    answered,
    alerts,
    get nextDue() {
      return nextDue;
    },
    get ledger() {
      return ledger;
    },
    set(...given) {
      for (const alert of given) alerts.set(alert.alertId, alert);
    },
    change(alertId, facts) {
      const { version, ...alert } = alerts.get(alertId) ?? anAlert(alertId);
      alerts.set(alertId, { ...alert, ...facts, version: version + 1 });
    },
    plan,
    until(at) {
      const lines: string[] = [];
      const planAndNote = (time: number) => {
        for (const { channel, steps: ofDelivery } of plan(time).deliveries) {
          lines.push(
            `${channel}: ${ofDelivery.map(({ reason, alertId }) => `${reason} ${alertId}`).join(', ')}`,
          );
        }
      };
      if (now > -Infinity) planAndNote(now);
      while (nextDue !== null && nextDue < at) planAndNote(nextDue);
      planAndNote(at);
      return lines;
    },
    hold: (alertId) => ledger.alerts[alertId]?.hold,
  };
}
