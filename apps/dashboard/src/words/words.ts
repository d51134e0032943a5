/**
 * Every name of the system as a person reads it. A test compares the lists with the dictionary of metrics, the modes and
 * the rules, so that nothing is shown under the name of a field.
 */
type Names = Readonly<Record<string, string>>;

export type MetricWords = {
  readonly label: string;
  /** As it is shown after a value; UCUM stays in the data. */
  readonly unit: string;
};

const named = (label: string, unit = ''): MetricWords => ({ label, unit });

export const metricWords: Readonly<Record<string, MetricWords>> = {
  heart_rate: named('Pulse', 'bpm'),
  resting_heart_rate: named('Resting pulse', 'bpm'),
  hrv_rmssd: named('HRV (RMSSD)', 'ms'),
  hrv_sdnn: named('HRV (SDNN)', 'ms'),
  spo2: named('Blood oxygen', '%'),
  respiratory_rate: named('Breathing rate', '/min'),
  body_temperature: named('Body temperature', '°C'),
  skin_temp: named('Skin temperature', '°C'),
  skin_temp_deviation: named('Skin temperature change', '°C'),
  stress_level: named('Stress'),
  readiness_score: named('Readiness'),
  recovery_score: named('Recovery'),
  sleep_score: named('Sleep score'),
  activity_score: named('Activity score'),
  sleep_performance: named('Sleep performance', '%'),
  strain: named('Strain'),
  sleep_duration: named('Time asleep'),
  sleep_deep: named('Deep sleep'),
  sleep_light: named('Light sleep'),
  sleep_rem: named('REM sleep'),
  sleep_awake: named('Awake in bed'),
  sleep_latency: named('Time to fall asleep'),
  time_in_bed: named('Time in bed'),
  sleep_efficiency: named('Sleep efficiency', '%'),
  workout_duration: named('Workout time'),
  stress_high_duration: named('Time in high stress'),
  recovery_high_duration: named('Time in high recovery'),
  steps: named('Steps'),
  active_energy: named('Active energy', 'kcal'),
  total_energy: named('Total energy', 'kcal'),
  distance: named('Distance', 'm'),
  vo2_max: named('VO₂ max', 'ml/kg/min'),
  blood_pressure_systolic: named('Systolic blood pressure', 'mmHg'),
  blood_pressure_diastolic: named('Diastolic blood pressure', 'mmHg'),
  blood_glucose: named('Blood glucose', 'mg/dl'),
  weight: named('Weight', 'kg'),
  lean_body_mass: named('Lean body mass', 'kg'),
  body_fat: named('Body fat', '%'),
};

export const modeWords: Readonly<Record<string, { readonly label: string; readonly meaning: string }>> = {
  reflex: { label: 'Reflex', meaning: 'Something is acute: somebody should look now' },
  guardian: { label: 'Guardian', meaning: 'Strain or illness is building up: take it easy' },
  hypothesis: { label: 'Hypothesis', meaning: 'The values do not fit together: the person is asked' },
  pattern: { label: 'Pattern', meaning: 'Nothing unusual: watching for patterns' },
  none: { label: 'No mode yet', meaning: 'Nothing has been decided for this person yet' },
};

/** Rules of `config/neuros.yaml`. */
export const ruleWords: Names = {
  pulse_high: 'High pulse at rest',
  pulse_low: 'Low pulse',
  spo2_low: 'Low blood oxygen',
  respiration: 'Unusual breathing rate',
  temperature: 'Unusual body temperature',
  news2_partial: 'Several vital signs off at once',
  stress_high: 'High stress',
  stress_overload: 'Low HRV and low readiness',
  rmssd_drop: 'HRV far below the usual',
  two_of_three: 'Two mild signs of strain',
  recovery_low: 'Low recovery for days',
  strain: 'Strain over many nights',
  illness_watch: 'Signs of an illness coming on',
  hrv_and_pulse_high: 'HRV and pulse both high',
  hrv_and_pulse_low: 'HRV and pulse both low',
  pulse_irregular: 'Irregular pulse',
  pulse_unexplained: 'High pulse without a known cause',
  devices_disagree: 'Devices disagree',
};

/** Why a mode ended, an alert is over, or a question is settled: `texts` of `config/neuros.yaml`. */
export const reasonWords: Names = {
  first_decision: 'first measurement',
  nothing_holds: 'nothing unusual is left',
  recovered: 'the values are back to normal',
  stale: 'nothing can be compared any more',
  no_data: 'no more values came',
  withdrawn: 'the readings behind it turned out to be different',
  reflex_over: 'an acute phase has lasted for an hour',
  expired: 'nothing new came for a long time',
  answered: 'an answer closed it',
  confirmed: 'an answer or another value confirmed it',
  policy_changed: 'the rules have changed',
  manual: 'ended by hand',
};

export const insightWords: Names = {
  hypothesis_opened: 'A question',
  hypothesis_settled: 'A question is settled',
  band_exit: 'Out of the usual band',
  band_return: 'Back in the usual band',
  trend: 'Trend',
  recurring_time: 'Recurs at a time of day',
  recurring_weekday: 'Recurs on a weekday',
  baseline_ready: 'Usual value known',
  device_learning: 'Learning a device',
  illness_score: 'Illness watch',
  weekly_cv: 'Variation over the week',
};

export const alertChangeWords: Names = {
  fired: 'opened',
  reopened: 'opened again',
  raised: 'became more severe',
  updated: 'has new values',
  unconfirmed: 'is unconfirmed: nothing is measured any more',
  resolved: 'resolved',
  resolved_by_hand: 'resolved by hand',
  acknowledged: 'acknowledged',
  unacknowledged: 'given back',
  snoozed: 'snoozed',
  useful: 'judged useful',
  not_useful: 'judged not useful',
};

export const severityWords: Names = { critical: 'Critical', warning: 'Warning', info: 'Info' };

export const alertStatusWords: Names = { firing: 'Open', unconfirmed: 'Unconfirmed', resolved: 'Resolved' };

/** Why nobody is notified of an open alert. */
export const holdWords: Names = {
  silenced: 'silenced',
  inhibited: 'another alert stands for it',
  acknowledged: 'somebody takes care of it',
  quiet_hours: 'quiet hours',
  budget: 'enough alerts for now',
  info: 'for information only',
  no_route: 'no route leads to anybody',
};

export const deliveryWords: Names = {
  pending: 'on its way',
  delivered: 'delivered',
  exhausted: 'given up after many attempts',
  refused: 'refused by the receiver',
  gone: 'the receiver no longer exists',
  dropped: 'dropped: no channel or person any more',
};

export const answerWords: Names = {
  at_rest: 'I was at rest',
  exercise: 'I was moving',
  fine: 'I feel fine',
  unwell: 'I feel unwell',
};

export const connectionStateWords: Names = {
  active: 'Active',
  needs_consent: 'Needs consent again',
  lapsed: 'Membership ended',
  disconnected: 'Disconnected',
};

/** Causes of a silence. */
export const causeWords: Names = {
  revoked: 'access was revoked',
  lapsed: 'the membership has ended',
  scope_missing: 'access to it was not granted',
  subscription_gone: 'the vendor sends no notices of it',
  missed: 'notices were lost; it is being fetched',
  vendor_has_nothing: 'the vendor has nothing either',
  vendor_unreachable: 'the vendor does not answer',
};

export const deadLetterWords: Names = {
  too_large: 'The message is too large',
  invalid_event: 'The event is not valid',
  reserved_source: 'The source is reserved',
  no_identity: 'Neither an id nor a time',
  future_timestamp: 'The time lies in the future',
  no_readings: 'It holds no reading',
  too_many_readings: 'It holds too many readings',
  unknown_unit: 'The unit is unknown',
  implausible_value: 'The value is not plausible',
  undecodable: 'The message cannot be decoded',
  unclassified: 'It failed for an unknown reason',
};

export const scopeWords: Names = {
  ingest: 'send measurements',
  stream: 'see people, history and the live stream',
  analyze: 'ask for an analysis',
  alerts: 'see, acknowledge and answer alerts',
  profile: 'change profiles',
  connections: "see and change vendors' connections",
  admin: 'everything, with routes, keys and audit',
};

export const contextWords: Names = {
  sleep: 'asleep',
  rest: 'at rest',
  active: 'active',
  unknown: 'unknown context',
};

export const statisticWords: Names = {
  average: 'mean',
  minimum: 'lowest',
  maximum: 'highest',
  median: 'median',
  sum: 'total',
  count: 'count',
  standard_deviation: 'spread',
};

export const sourceWords: Names = {
  oura: 'Oura',
  whoop: 'WHOOP',
  apple: 'Apple Health',
  manual: 'by hand',
  cognition: 'mode rules',
  'webhook-ingest': 'ingest',
};
