import type { Budget, Inhibition, Routing } from '@bridge/contracts';

/** Body systems and the rules of cognition that speak of each; a rule may speak of several. */
const systems = {
  heart: [
    'rule.pulse_high',
    'rule.pulse_low',
    'rule.pulse_irregular',
    'rule.pulse_unexplained',
    'rule.hrv_and_pulse_high',
    'rule.hrv_and_pulse_low',
    'rule.news2_partial',
  ],
  breathing: ['rule.spo2_low', 'rule.respiration', 'rule.news2_partial'],
  temperature: ['rule.temperature', 'rule.illness_watch', 'rule.news2_partial'],
  recovery: ['rule.recovery_low', 'rule.rmssd_drop', 'rule.strain', 'rule.illness_watch'],
  stress: ['rule.stress_high', 'rule.stress_overload', 'rule.two_of_three'],
  sensors: ['rule.devices_disagree'],
};

const inhibitions: Inhibition[] = [
  // A partner's critical alert silences none of ours.
  {
    source: { severity: ['critical'], kind: [{ prefix: 'rule.' }], source: ['cognition'] },
    target: { severity: ['warning', 'info'], kind: [{ prefix: 'rule.' }] },
    same_person: true,
    same_system: true,
  },
  // Whoever's vendor stopped sending is silent for that reason, and the operators know.
  {
    source: { kind: ['connection.subscription'], source: ['webhook-ingest'] },
    target: { kind: ['silence.oura'] },
    same_person: false,
    same_system: false,
  },
];

/** Until somebody stores another one: everything goes to the channel `default`. */
export const defaultRouting: Routing = {
  default: { channels: ['default'] },
  routes: [],
  inhibitions,
  systems,
};

/** Until somebody stores others: more than four warnings in a month are more than people heed. */
export const defaultBudgets: readonly Budget[] = [{ severity: 'warning', alerts: 4, days: 30 }];
