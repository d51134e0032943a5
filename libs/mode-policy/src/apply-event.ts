import type { BiometricEvent } from '@bridge/contracts';
import { withActivity } from './activities.ts';
import { correctionOf, type Correction } from './correction.ts';
import { observeDevice } from './devices.ts';
import { contribute, type DecisionContext, type HistoryContext } from './history.ts';
import { laterZone } from './local-day.ts';
import { newDraft, observe } from './newest.ts';
import type { PersonState } from './person-state.ts';
import type { Signals } from './signals.ts';
import { retract } from './retract.ts';
import { noDelta, type EventDelta } from './view.ts';

export type EventEffect = {
  /** The state with the event's values, before the decision. */
  readonly state: PersonState;
  readonly delta: EventDelta;
  /** Something that was known before no longer holds. */
  readonly isRevised: boolean;
  /** The daily values of nights have changed. */
  readonly isNightNew: boolean;
};

/** Applies an event to the activities, newest signals, devices and baselines of a state, and retracts what it corrects. */
export function applyEvent(
  state: PersonState,
  event: BiometricEvent,
  signals: Signals,
  context: DecisionContext,
): EventEffect {
  const { ahead_at_most } = context.policy.thresholds.signals;
  const zone = laterZone(state.zone, signals.offsets, context.now + ahead_at_most);
  const history: HistoryContext = { ...context, zone: zone[0] };
  const correction = correctionOf(event, history);
  if (correction.isSuperseded) {
    return { state, delta: noDelta, isRevised: false, isNightNew: false };
  }
  const isCorrected = correction.marks.size > 0;
  const activities = activitiesAfter(state, signals, correction, context);
  const from = { eventId: event.event_id, source: event.source, now: context.now, zone: zone[0], activities };
  const draft = isCorrected ? retract(state, correction, event, from, context) : newDraft(state);
  for (const signal of signals.newest) observe(draft, signal, from, context.policy);
  const devices = observeDevice(draft, event, signals, from, context.policy);
  const lanes = contribute(state.lanes, event, signals, correction.days, history);
  return {
    state: {
      ...state,
      zone,
      activities,
      lanes,
      newest: draft.newest,
      devices: draft.devices,
      sources: draft.sources,
    },
    delta: { entries: draft.added, devices },
    isRevised: isCorrected || activities !== state.activities,
    isNightNew: lanes !== state.lanes && (correction.days.length > 0 || isOfNight(signals)),
  };
}

function activitiesAfter(
  { activities }: PersonState,
  { activity }: Signals,
  { marks }: Correction,
  { now, policy }: DecisionContext,
): PersonState['activities'] {
  const kept = marks.size === 0 ? activities : activities.filter(([, , mark]) => !marks.has(mark));
  return activity === undefined ? kept : withActivity(kept, activity, now, policy);
}

function isOfNight({ all }: Signals): boolean {
  return all.some(({ metric, context }) => metric === 'hrv_rmssd' && context === 'sleep');
}
