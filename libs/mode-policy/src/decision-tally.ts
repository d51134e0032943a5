import { severities, type Mode, type ModeTransition, type Severity } from '@bridge/contracts';
import type { Decision } from './conclude.ts';

export type DecisionSummary = {
  readonly switches: readonly ModeTransition[];
  /** Alerts by rule and highest severity, such as `pulse_high critical`. */
  readonly alerts: Readonly<Record<string, number>>;
  /** Milliseconds in each mode. */
  readonly modes: Readonly<Partial<Record<Mode, number>>>;
};

export type DecisionTally = {
  readonly add: (decision: Decision) => void;
  /** `until`: the end of the time that counts, in ms since 1970. */
  readonly end: (until: number) => DecisionSummary;
};

/** Counts decisions of one person, in their order. `from`: in ms since 1970; earlier ones are left out. */
export function createDecisionTally(from = 0): DecisionTally {
  const switches: ModeTransition[] = [];
  const alerts = new Map<string, { readonly rule: string; readonly severity: Severity }>();
  const modes: Partial<Record<Mode, number>> = {};
  let mode: Mode | null = null;
  let since = from;

  function spend(until: number): void {
    const at = Math.max(until, from);
    if (mode !== null) modes[mode] = (modes[mode] ?? 0) + at - since;
    since = at;
  }

  return {
    add: ({ before, state, transition, alertSignals }) => {
      if (mode === null) {
        mode = before.mode;
        since = Math.max(from, before.now);
      }
      spend(state.now);
      mode = state.mode;
      if (state.now < from) return;
      if (transition !== null) switches.push(transition);
      for (const { alert_id, kind, severity, status } of alertSignals) {
        const known = alerts.get(alert_id)?.severity ?? 'info';
        const highest = severities.indexOf(severity) < severities.indexOf(known) ? severity : known;
        if (status === 'firing')
          alerts.set(alert_id, { rule: kind.replace(/^rule\./, ''), severity: highest });
      }
    },
    end: (until) => {
      spend(until);
      const counts: Record<string, number> = {};
      for (const { rule, severity } of alerts.values()) {
        const name = `${rule} ${severity}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return { switches, alerts: counts, modes };
    },
  };
}

/** Adds up the summaries of several persons, without their switches. */
export function addSummaries(
  a: Omit<DecisionSummary, 'switches'>,
  b: Omit<DecisionSummary, 'switches'>,
): Omit<DecisionSummary, 'switches'> {
  return { alerts: added(a.alerts, b.alerts), modes: added(a.modes, b.modes) };
}

function added(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const sum: Record<string, number> = { ...a };
  for (const [name, value] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}

/** The share of the time in each mode, from 0 to 1 and rounded to thousandths. */
export function sharesOf(modes: DecisionSummary['modes']): Record<string, number> {
  const total = Object.values(modes).reduce((sum, one) => sum + one, 0);
  return Object.fromEntries(
    Object.entries(modes).map(([mode, one]) => [mode, Math.round((one / total) * 1_000) / 1_000]),
  );
}
