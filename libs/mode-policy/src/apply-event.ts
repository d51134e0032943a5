import type { BiometricEvent } from '@bridge/contracts';
import { withActivity } from './activities.ts';
import { correctionOf, type Correction } from './correction.ts';
import { observeDevice } from './devices.ts';
import { contribute, type HistoryContext } from './history.ts';
import type { KnownEvents } from './known-events.ts';
import { laterZone } from './local-day.ts';
import { newDraft, observe } from './newest.ts';
import type { PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import type { Signals } from './signals.ts';
import { withoutCorrected } from './retract.ts';
import { nothingBrought, type Brought } from './view.ts';

export type Absorbed = {
  /** The state with what the event says; not yet decided on. */
  readonly absorbed: PersonState;
  readonly brought: Brought;
  /** Something that was known before is no longer so. */
  readonly isRevised: boolean;
  /** The daily values of nights have changed. */
  readonly isNightNew: boolean;
};

type Around = { readonly now: number; readonly known: KnownEvents; readonly rules: RuleSet };

/** Takes an event into the state: activities, newest signals, devices, baselines; takes back what it corrects. */
export function absorb(
  state: PersonState,
  event: BiometricEvent,
  signals: Signals,
  around: Around,
): Absorbed {
  const { ahead_at_most } = around.rules.thresholds.signals;
  const zone = laterZone(state.zone, signals.offsets, around.now + ahead_at_most);
  const context: HistoryContext = { ...around, zone: zone[0] };
  const correction = correctionOf(event, context);
  if (correction.isSuperseded) {
    return { absorbed: state, brought: nothingBrought, isRevised: false, isNightNew: false };
  }
  const isCorrected = correction.marks.size > 0;
  const activities = activitiesAfter(state, signals, correction, around);
  const from = { eventId: event.event_id, source: event.source, now: around.now, zone: zone[0], activities };
  const draft = isCorrected ? withoutCorrected(state, correction, event, from, around) : newDraft(state);
  for (const signal of signals.newest) observe(draft, signal, from, around.rules);
  const devices = observeDevice(draft, event, signals, from, around.rules);
  const lanes = contribute(state.lanes, event, signals, correction.days, context);
  return {
    absorbed: {
      ...state,
      zone,
      activities,
      lanes,
      newest: draft.newest,
      devices: draft.devices,
      sources: draft.sources,
    },
    brought: { entries: draft.brought, devices },
    isRevised: isCorrected || activities !== state.activities,
    isNightNew: lanes !== state.lanes && (correction.days.length > 0 || isOfNight(signals)),
  };
}

function activitiesAfter(
  { activities }: PersonState,
  { activity }: Signals,
  { marks }: Correction,
  { now, rules }: Around,
): PersonState['activities'] {
  const kept = marks.size === 0 ? activities : activities.filter(([, , mark]) => !marks.has(mark));
  return activity === undefined ? kept : withActivity(kept, activity, now, rules);
}

function isOfNight({ all }: Signals): boolean {
  return all.some(({ metric, context }) => metric === 'hrv_rmssd' && context === 'sleep');
}
