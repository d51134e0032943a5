import { awaitsEnd, type AlertCase } from './alert-case.ts';
import type { AlertSnapshot } from './alert-snapshot.ts';
import type { AlertLedger, Ledger, NotificationReason, PlannedStep, ToldState } from './notification-plan.ts';
import type { ChannelFacts, PlanInput } from './plan-input.ts';

/** So long the end of an alert is kept for a channel that is off. */
export const endOwedMs = 30 * 86_400_000;

/** A plan in the making. */
export type PlanDraft = {
  readonly now: number;
  readonly channels: PlanInput['channels'];
  /** By alert and channel. */
  readonly told: Map<string, Readonly<Record<string, ToldState>>>;
  readonly steps: (PlannedStep & { readonly channel: string })[];
  /** Alerts and channels of `steps`: a channel is told once of an alert, however many routes lead to it. */
  readonly toldNow: Set<string>;
  readonly escalations: Map<string, NonNullable<AlertLedger['escalations']>>;
  readonly unanswered: Map<string, number>;
  readonly answered: Map<string, number>;
  groups: Ledger['groups'];
  spent: Ledger['spent'];
  /** The earliest time at which something is due that is not yet told. */
  nextDue: number;
};

export function startDraft({ now, alerts, ledger, channels, stepsBefore }: PlanInput): PlanDraft {
  const draft: PlanDraft = {
    now,
    channels,
    told: new Map(),
    steps: [],
    toldNow: new Set(),
    escalations: new Map(),
    unanswered: new Map(),
    answered: new Map(),
    groups: ledger.groups,
    spent: ledger.spent,
    nextDue: Infinity,
  };
  for (const alert of alerts) {
    const { alertId } = alert;
    const { told, escalations, unanswered, answered } = ledger.alerts[alertId] ?? {};
    const known = Object.entries(told ?? toldBefore(stepsBefore.get(alertId) ?? {})).map(
      ([channel, state]): [string, ToldState] => [
        channel,
        rememberedState(state, alert, channels.get(channel), now),
      ],
    );
    draft.told.set(alertId, Object.fromEntries(known));
    if (escalations !== undefined) draft.escalations.set(alertId, escalations);
    if (unanswered !== undefined) draft.unanswered.set(alertId, unanswered);
    if (answered !== undefined) draft.answered.set(alertId, answered);
  }
  return draft;
}

/** Whoever was told that an alert is open hears of its end once the channel is on again, or not at all after a long time. */
function rememberedState(
  state: ToldState,
  { status }: AlertSnapshot,
  channel: ChannelFacts | undefined,
  now: number,
): ToldState {
  const { endOwedSince: owedSince, ...rest } = state;
  const isActive = channel?.active === true;
  const remembered: ToldState = isActive ? rest : { ...rest, status: 'forgotten' };
  const isOwed = awaitsEnd(state) && (!isActive || owedSince !== undefined);
  if (!isOwed || channel === undefined || channel.gone === true) return remembered;
  const endOwedSince = status === 'resolved' ? (owedSince ?? now) : null;
  return now - (endOwedSince ?? now) < endOwedMs ? { ...remembered, endOwedSince } : remembered;
}

/** Of an alert that the ledger has forgotten only its steps count. */
function toldBefore(steps: Readonly<Record<string, number>>): Readonly<Record<string, ToldState>> {
  const nothing = {
    at: 0,
    severity: 'info',
    version: 0,
    summaryHash: '',
    firingSince: 0,
    route: '',
  } as const;
  return Object.fromEntries(
    Object.entries(steps).map(([channel, step]) => [channel, { ...nothing, step, status: 'forgotten' }]),
  );
}

/** False: the channel is told of this alert already. */
export function tell(
  draft: PlanDraft,
  { alert, isAcknowledged }: AlertCase,
  { channel, reason, route }: { channel: string; reason: NotificationReason; route: string },
): boolean {
  const { alertId, severity, status, version, summaryHash, firingSince } = alert;
  const key = `${alertId} ${channel}`;
  if (draft.toldNow.has(key)) return false;
  draft.toldNow.add(key);
  const told = draft.told.get(alertId) ?? {};
  const step = (told[channel]?.step ?? 0) + 1;
  draft.steps.push({ channel, alertId, step, reason, route });
  const state: ToldState = {
    ...{ step, at: draft.now, severity, status, version, summaryHash, firingSince, route },
    ...(isAcknowledged && alert.acknowledged !== null && { acknowledgedAt: alert.acknowledged.at }),
    ...(alert.asksQuestion && { asked: true }),
  };
  draft.told.set(alertId, { ...told, [channel]: state });
  return true;
}

export function lookAgain(draft: PlanDraft, at: number): void {
  if (at > draft.now) draft.nextDue = Math.min(draft.nextDue, at);
}
