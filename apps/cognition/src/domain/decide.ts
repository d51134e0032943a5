import {
  alertId,
  metricNamed,
  signalId,
  transitionId,
  utc,
  type AlertStateSignal,
  type Mode,
  type ModeTransition,
} from '@bridge/contracts';
import { laneOf, type PersonState } from './person-state.ts';
import type { RuleSet } from './rule-set.ts';
import type { Signal } from './signals.ts';
import { enters, inputsAt, leaves, type RuleInputs } from './stress-overload.ts';

/** One accepted event of one person. */
export type Decidable = {
  readonly userId: string;
  readonly eventId: string;
  /** When it arrived: the only «now» that a decision knows. Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly signals: readonly Signal[];
};

export type Decision = {
  readonly before: PersonState;
  readonly state: PersonState;
  /** null: the mode stays as it is. */
  readonly transition: ModeTransition | null;
  readonly alertSignals: readonly AlertStateSignal[];
  readonly evidence: readonly Signal[];
};

/** What one event means for one person. Pure: the same state, event and rules always give the same decision. */
export function decide(before: PersonState, event: Decidable, rules: RuleSet): Decision {
  const now = Math.max(before.now, event.receivedAt);
  const observed = observe(before, event.signals);
  const seen: PersonState = { ...before, seq: before.seq + 1, now, newest: observed.newest };

  const inputs = inputsAt(seen, now, rules.thresholds);
  const held = before.holding.includes('stress_overload') && !leaves(inputs, rules.thresholds);
  const fired = bringsInput(inputs, observed.new) && enters(inputs, rules.thresholds);
  const mode: Mode = fired || held ? 'reflex' : 'pattern';
  const state: PersonState = { ...seen, mode, holding: fired || held ? ['stress_overload'] : [] };
  const evidence = [inputs.rmssd, inputs.readiness].filter((signal) => signal !== undefined);
  if (mode === before.mode) return { before, state, transition: null, alertSignals: [], evidence };

  const { stress_overload } = rules.thresholds.rules;
  const cause = { event_id: event.eventId };
  const transition: ModeTransition = {
    transition_id: transitionId(event.userId, cause),
    user_id: event.userId,
    seq: state.seq,
    from: before.mode,
    to: mode,
    at: utc(now),
    confidence: mode === 'reflex' ? stress_overload.confidence : 1,
    reason: mode === 'reflex' ? 'stress_overload' : before.mode === null ? 'first_decision' : 'nothing_holds',
    rules_fired: fired ? ['stress_overload'] : [],
    rules_held: held ? ['stress_overload'] : [],
    cause,
    rule_set: rules.hash,
    policy_version: rules.policyVersion,
  };
  return raiseOrResolve(before, state, transition, evidence, rules);
}

/** Takes in what is not late: older than the newest signal of its metric and context is history only. */
function observe(before: PersonState, signals: readonly Signal[]) {
  const fresh = signals.filter((signal) => signal.at >= (before.newest[laneOf(signal)]?.at ?? -Infinity));
  if (fresh.length === 0) return { newest: before.newest, new: fresh };
  const newest = { ...before.newest };
  for (const signal of fresh) newest[laneOf(signal)] = signal;
  return { newest, new: fresh };
}

/** A rule fires only at an event that brought one of its inputs. */
function bringsInput({ rmssd, readiness }: RuleInputs, signals: readonly Signal[]): boolean {
  return signals.some((signal) => signal === rmssd || signal === readiness);
}

/** Leaving a mode resolves its alert under the same id; entering one that is named in `alerts` raises one. */
function raiseOrResolve(
  before: PersonState,
  after: PersonState,
  transition: ModeTransition,
  evidence: readonly Signal[],
  rules: RuleSet,
): Decision {
  const alertSignals: AlertStateSignal[] = [];
  const signal = (
    alert: NonNullable<PersonState['alert']>,
    status: AlertStateSignal['status'],
    mode: Mode,
  ) => ({
    signal_id: signalId({ alertId: alert.id, status, cause: transition.transition_id }),
    alert_id: alert.id,
    user_id: transition.user_id,
    kind: alert.kind,
    status,
    severity: rules.severityOf(mode) ?? 'info',
    at: transition.at,
    source: 'cognition',
    transition_id: transition.transition_id,
    evidence: {
      rules: [...transition.rules_fired, ...transition.rules_held],
      readings: evidence.map(({ metric, value, at, context, source }) => ({
        metric,
        value,
        unit: metricNamed(metric)?.unit ?? '1',
        at: utc(at),
        context,
        source,
      })),
    },
  });
  if (before.alert !== null && before.mode !== null) {
    alertSignals.push(signal(before.alert, 'resolved', before.mode));
  }
  let alert: PersonState['alert'] = null;
  if (rules.severityOf(transition.to) !== undefined) {
    const kind = `mode.${transition.to}`;
    alert = { id: alertId(transition.transition_id, kind), kind };
    alertSignals.push(signal(alert, 'firing', transition.to));
  }
  return { before, state: { ...after, alert }, transition, alertSignals, evidence };
}
