import {
  alertId,
  signalId,
  utc,
  type AlertStateSignal,
  type Mode,
  type ModeTransition,
} from '@bridge/contracts';
import { alertReadings, type EvidenceReading } from './evidence.ts';
import type { PolicyValues } from './policy-values.ts';

const alertSource = 'cognition';
/** The limit of the topic's schema. */
const readingsAtMost = 100;

export type AlertFacts = {
  readonly userId: string;
  readonly now: number;
  /** Rules that fired or hold. */
  readonly rules: readonly string[];
  readonly evidence: readonly EvidenceReading[];
};

/** Leaving a mode resolves its alert under the same id; entering a mode that `alerts` names raises one. */
export function alertsOfSwitch(
  open: string | null,
  transition: ModeTransition,
  facts: AlertFacts,
  policy: PolicyValues,
): { readonly alert: string | null; readonly signals: readonly AlertStateSignal[] } {
  const signals: AlertStateSignal[] = [];
  const cause = transition.transition_id;
  const shared = { facts, cause, transition, policy };
  if (open !== null && transition.from !== null) {
    signals.push(signalOf({ ...shared, alert: open, mode: transition.from, status: 'resolved' }));
  }
  if (policy.severityOf(transition.to) === undefined) return { alert: null, signals };
  const alert = alertId(cause, kindOf(transition.to));
  signals.push(signalOf({ ...shared, alert, mode: transition.to, status: 'firing' }));
  return { alert, signals };
}

/** New evidence for an open alert, because its mode's rules fired again. `cause`: the event. */
export function alertUpdate(
  alert: string,
  mode: Mode,
  cause: string,
  facts: AlertFacts,
  policy: PolicyValues,
): AlertStateSignal {
  return signalOf({ alert, mode, cause, facts, policy, status: 'firing' });
}

function signalOf(given: {
  readonly alert: string;
  readonly mode: Mode;
  readonly status: AlertStateSignal['status'];
  readonly cause: string;
  readonly transition?: ModeTransition;
  readonly facts: AlertFacts;
  readonly policy: PolicyValues;
}): AlertStateSignal {
  const { alert, mode, status, cause, transition, facts, policy } = given;
  return {
    signal_id: signalId({ alertId: alert, status, cause }),
    alert_id: alert,
    user_id: facts.userId,
    kind: kindOf(mode),
    status,
    severity: policy.severityOf(mode) ?? 'info',
    at: utc(facts.now),
    source: alertSource,
    ...(transition && { transition_id: transition.transition_id }),
    evidence: {
      rules: [...facts.rules],
      readings: alertReadings(facts.evidence).slice(0, readingsAtMost),
    },
  };
}

function kindOf(mode: Mode): string {
  return `mode.${mode}`;
}
