const metrics = {
  heart_rate: ['Pulse', 'bpm'],
  resting_heart_rate: ['Resting pulse', 'bpm'],
  hrv_rmssd: ['HRV (RMSSD)', 'ms'],
  hrv_sdnn: ['HRV (SDNN)', 'ms'],
  spo2: ['Blood oxygen', '%'],
  respiratory_rate: ['Breaths', '/min'],
  body_temperature: ['Temperature', '°C'],
  skin_temp: ['Skin temperature', '°C'],
  skin_temp_deviation: ['Skin temp. change', '°C'],
  stress_level: ['Stress', ''],
  readiness_score: ['Readiness', ''],
  recovery_score: ['Recovery', ''],
  sleep_score: ['Sleep score', ''],
  activity_score: ['Activity score', ''],
  strain: ['Strain', ''],
  steps: ['Steps', ''],
};

/** What a person's card shows first, as far as there is a reading. */
export const favourites = [
  'hrv_rmssd',
  'heart_rate',
  'readiness_score',
  'recovery_score',
  'stress_level',
  'sleep_score',
];

export const modes = ['reflex', 'guardian', 'hypothesis', 'pattern'];

export const words = (name) => name.replaceAll(/[_.]+/g, ' ');

const short = { hrv_rmssd: 'RMSSD', hrv_sdnn: 'SDNN' };

export const metricLabel = (metric) => metrics[metric]?.[0] ?? words(metric);

/** The same for a line of many. */
export const metricShort = (metric) => short[metric] ?? metricLabel(metric);

/** `rule.pulse_high` as "pulse high", `mode.reflex` of an older policy as "reflex mode". */
export const alertLabel = (kind) => words(kind.replace(/^mode\.(.+)$/, '$1 mode').replace(/^rule\./, ''));

export function metricValue({ metric, value, unit }) {
  if (unit === 's') return { value: duration(value), unit: '' };
  const shown = Number.isInteger(value)
    ? value.toLocaleString()
    : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
  return { value: shown, unit: metrics[metric]?.[1] ?? plainUnit(unit) };
}

const plainUnit = (unit) => (unit === '1' ? '' : unit.replaceAll(/[{}[\]]/g, ''));

function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour12: false });

/** "3 min ago", for as long as that says something; then the day. */
export function ago(iso) {
  const seconds = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return new Date(iso).toLocaleDateString();
}
