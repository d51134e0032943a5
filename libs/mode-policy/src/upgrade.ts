import { signalId, utc, type AlertStateSignal, type BiometricEvent } from '@bridge/contracts';
import { emptyDelta } from './apply-event.ts';
import { conclude, type Decision } from './conclude.ts';
import { draftOf } from './draft.ts';
import { earliestConcerned, judgeDays, waitingDay } from './illness-watch.ts';
import { collectKnown, epochOf, type EventRange } from './known-events.ts';
import { lastDayPastNoon } from './noon.ts';
import { initialState, type PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import { signalsOf } from './signals.ts';
import { takeEvent } from './take-event.ts';
import { createView } from './view.ts';

const dayMs = 86_400_000;
/** As many as a state keeps daily values of, and the day before and after by local time. */
const daysRead = 56;

/**
 * The stored events that a state of an older policy needs before it is decided by this one; undefined: it is of this one.
 * They go into the command `upgrade`, which comes before any other.
 */
export function upgradeOf(state: PersonState): EventRange | undefined {
  if (state.upgrade === null) return undefined;
  return { from: state.now - daysRead * dayMs, to: state.now + dayMs, metrics: -1 };
}

/**
 * The first decision under this policy: reads the daily values again from the person's stored events, in the order in
 * which they were decided, and resolves the open alert of the old policy. Nothing fires.
 */
export function upgrade(
  before: PersonState,
  {
    userId,
    due,
    events,
  }: { readonly userId: string; readonly due: number; readonly events: readonly BiometricEvent[] },
  rules: RuleSet,
): Decision {
  const { alert = null, mode = null } = before.upgrade ?? {};
  const now = Math.max(before.now, due);
  const draft = draftOf({
    ...initialState,
    profile: before.profile,
    mode,
    since: before.since,
    seq: before.seq,
  });
  const known = collectKnown();
  for (const event of events) {
    const received = epochOf(event.received_at);
    const { delta } = takeEvent(
      draft,
      { event, signals: signalsOf(event, rules), known, now: received, isTraced: false },
      rules,
    );
    known.add(event);
    judgeDays(draft, earliestConcerned(delta.changed), lastDayPastNoon(draft, received, rules), rules);
  }
  draft.upgrade = null;
  draft.waitingDay = waitingDay(draft, rules);
  draft.ending = 'policy_changed';
  // The minimum stay was the old policy's.
  draft.since = 0;
  const cause = { due: utc(now) };
  const decision = conclude(createView(draft, before, now, emptyDelta(), rules), rules, {
    before,
    userId,
    cause,
  });
  if (alert === null || mode === null) return decision;
  const resolved: AlertStateSignal = {
    signal_id: signalId({ alertId: alert, status: 'resolved', cause: cause.due }),
    alert_id: alert,
    user_id: userId,
    kind: `mode.${mode}`,
    status: 'resolved',
    severity: mode === 'reflex' ? 'critical' : 'warning',
    at: cause.due,
    source: 'cognition',
    evidence: { rules: [], readings: [] },
    seq: decision.state.seq,
    index: decision.alertSignals.length,
    reason: 'policy_changed',
  };
  return { ...decision, alertSignals: [...decision.alertSignals, resolved] };
}
