/**
 * The metric dictionary: what each metric means, in which unit it travels and what is plausible.
 * Two statistics, or an absolute value and its deviation, are two metrics. A vendor's score is opaque: it is
 * never recomputed and never compared with another vendor's.
 */
export type Metric = {
  /** UCUM. Every reading of the metric travels in this unit. */
  readonly unit: string;
  /** Inclusive. Values outside are refused, never clamped. */
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
  readonly loinc?: string;
  /** Other names under which partners and flat bodies may give it. */
  readonly aliases?: readonly string[];
  /** Units that mean the same: value × factor + offset (0 unless given) is in `unit`. */
  readonly equivalents?: Readonly<Record<string, { readonly factor: number; readonly offset?: number }>>;
  /** A vendor's own scale. */
  readonly opaque?: true;
  /** A common mistake that is corrected and flagged: a value in [min, max] times `factor` is meant. */
  readonly slip?: {
    readonly flag: 'seconds_as_ms' | 'fraction_as_percent';
    readonly min: number;
    readonly max: number;
    readonly factor: number;
  };
};

const same = { factor: 1 };
const perMinute = { bpm: same, '1/min': same, '{beats}/min': same, 'beats/min': same, 'count/min': same };
const breaths = { '1/min': same, 'breaths/min': same, '{breaths}/min': same, 'count/min': same, bpm: same };
const milliseconds = { s: { factor: 1000 } };
const secondsUnderMs = { flag: 'seconds_as_ms', min: 0.001, max: 0.3, factor: 1000 } as const;
const percent = { '1': { factor: 100 } };
const celsius = {
  C: same,
  '°C': same,
  degC: same,
  K: { factor: 1, offset: -273.15 },
  '[degF]': { factor: 5 / 9, offset: -160 / 9 },
  degF: { factor: 5 / 9, offset: -160 / 9 },
  '°F': { factor: 5 / 9, offset: -160 / 9 },
};
const kelvinDifference = {
  Cel: same,
  C: same,
  '°C': same,
  degC: same,
  '[degF]': { factor: 5 / 9 },
  degF: { factor: 5 / 9 },
};
const seconds = { ms: { factor: 0.001 }, min: { factor: 60 }, h: { factor: 3600 }, d: { factor: 86_400 } };
const kilocalories = { kJ: { factor: 1 / 4.184 }, Cal: same, '[Cal]': same };
const metres = {
  km: { factor: 1000 },
  cm: { factor: 0.01 },
  '[mi_i]': { factor: 1609.344 },
  mi: { factor: 1609.344 },
  '[ft_i]': { factor: 0.3048 },
  '[yd_i]': { factor: 0.9144 },
};
const kilograms = {
  g: { factor: 0.001 },
  '[lb_av]': { factor: 0.453_592_37 },
  lb: { factor: 0.453_592_37 },
  '[stone_av]': { factor: 6.350_293_18 },
  '[oz_av]': { factor: 0.028_349_523_125 },
};
const millimetresOfMercury = { mmHg: same, kPa: { factor: 1 / 0.133_322_387_415 } };

function score(meaning: string, more: Pick<Metric, 'aliases'> = {}): Metric {
  return {
    unit: '{score}',
    min: 0,
    max: 100,
    meaning,
    opaque: true,
    equivalents: { '%': same, '1': same },
    ...more,
  };
}

function duration(meaning: string, loinc?: string): Metric {
  return { unit: 's', min: 0, max: 172_800, meaning, equivalents: seconds, ...(loinc && { loinc }) };
}

export const metrics = {
  heart_rate: { unit: '/min', min: 25, max: 250, loinc: '8867-4', meaning: 'Pulse', equivalents: perMinute },
  resting_heart_rate: {
    unit: '/min',
    min: 25,
    max: 120,
    loinc: '40443-4',
    meaning: "Resting pulse as the vendor determines it; never the night's lowest",
    equivalents: perMinute,
  },
  hrv_rmssd: {
    unit: 'ms',
    min: 1,
    max: 300,
    meaning: 'Heart rate variability as RMSSD; has no LOINC code, and 80404-7 is SDNN',
    aliases: ['hrv'],
    equivalents: milliseconds,
    slip: secondsUnderMs,
  },
  hrv_sdnn: {
    unit: 'ms',
    min: 1,
    max: 300,
    loinc: '80404-7',
    meaning: 'Heart rate variability as SDNN, the statistic of Apple Health',
    equivalents: milliseconds,
    slip: secondsUnderMs,
  },
  spo2: {
    unit: '%',
    min: 50,
    max: 100,
    loinc: '59408-5',
    meaning: 'Oxygen saturation by pulse oximetry',
    equivalents: percent,
    slip: { flag: 'fraction_as_percent', min: 0.5, max: 1, factor: 100 },
  },
  respiratory_rate: {
    unit: '/min',
    min: 4,
    max: 60,
    loinc: '9279-1',
    meaning: 'Breaths per minute',
    equivalents: breaths,
  },
  body_temperature: {
    unit: 'Cel',
    min: 30,
    max: 43,
    loinc: '8310-5',
    meaning: 'Absolute body temperature, close to the core',
    equivalents: celsius,
  },
  skin_temp: {
    unit: 'Cel',
    min: 20,
    max: 43,
    loinc: '61008-9',
    meaning: 'Absolute temperature of the skin at wrist or finger',
    equivalents: celsius,
  },
  skin_temp_deviation: {
    unit: 'K',
    min: -5,
    max: 5,
    meaning: "Difference of the skin's temperature from the person's usual one",
    equivalents: kelvinDifference,
  },
  stress_level: {
    unit: '1',
    min: 0,
    max: 1,
    meaning: 'Stress as the device reports it, 0 to 1',
    equivalents: { '%': { factor: 0.01 } },
  },
  readiness_score: score("A vendor's readiness score", { aliases: ['readiness'] }),
  recovery_score: score("A vendor's recovery score", { aliases: ['recovery'] }),
  sleep_score: score("A vendor's sleep score"),
  activity_score: score("A vendor's activity score"),
  sleep_performance: {
    unit: '%',
    min: 0,
    max: 100,
    meaning: "Sleep against the vendor's estimate of need; not a sleep score",
    opaque: true,
  },
  strain: {
    unit: '{score}',
    min: 0,
    max: 21,
    meaning: "WHOOP's strain",
    opaque: true,
    equivalents: { '1': same },
  },
  sleep_duration: duration('Time asleep', '93832-4'),
  sleep_deep: duration('Deep sleep', '93831-6'),
  sleep_light: duration('Light sleep', '93830-8'),
  sleep_rem: duration('REM sleep', '93829-0'),
  sleep_awake: duration('Awake in bed'),
  sleep_latency: duration('From lying down to sleep'),
  time_in_bed: duration('Time in bed', '103213-5'),
  sleep_efficiency: {
    unit: '%',
    min: 0,
    max: 100,
    meaning: 'Share of the time in bed asleep',
    equivalents: percent,
  },
  workout_duration: duration('Time of a workout'),
  stress_high_duration: duration('Time in high stress'),
  recovery_high_duration: duration('Time in high recovery'),
  steps: {
    unit: '{steps}',
    min: 0,
    max: 200_000,
    loinc: '55423-8',
    meaning: 'Steps',
    equivalents: { steps: same, count: same, '1': same },
  },
  active_energy: {
    unit: 'kcal',
    min: 0,
    max: 20_000,
    loinc: '41981-2',
    meaning: 'Energy of activity, without the resting share',
    equivalents: kilocalories,
  },
  total_energy: {
    unit: 'kcal',
    min: 0,
    max: 30_000,
    meaning: 'Energy with the resting share',
    equivalents: kilocalories,
  },
  distance: { unit: 'm', min: 0, max: 500_000, meaning: 'Distance covered', equivalents: metres },
  vo2_max: {
    unit: 'mL/kg/min',
    min: 5,
    max: 100,
    loinc: '94122-9',
    meaning: 'Peak oxygen uptake per body weight',
    equivalents: { 'mL/min/kg': same, 'mL/(kg.min)': same, 'ml/kg/min': same },
  },
  blood_pressure_systolic: {
    unit: 'mm[Hg]',
    min: 50,
    max: 280,
    loinc: '8480-6',
    meaning: 'Systolic blood pressure',
    equivalents: millimetresOfMercury,
  },
  blood_pressure_diastolic: {
    unit: 'mm[Hg]',
    min: 20,
    max: 200,
    loinc: '8462-4',
    meaning: 'Diastolic blood pressure',
    equivalents: millimetresOfMercury,
  },
  blood_glucose: {
    unit: 'mg/dL',
    min: 20,
    max: 800,
    loinc: '2339-0',
    meaning: 'Glucose in blood',
    equivalents: { 'mmol/L': { factor: 18.016 }, 'g/L': { factor: 100 } },
  },
  weight: {
    unit: 'kg',
    min: 1,
    max: 500,
    loinc: '29463-7',
    meaning: 'Body weight',
    equivalents: kilograms,
  },
  lean_body_mass: {
    unit: 'kg',
    min: 1,
    max: 300,
    loinc: '91557-9',
    meaning: 'Body weight without fat',
    equivalents: kilograms,
  },
  body_fat: {
    unit: '%',
    min: 1,
    max: 80,
    meaning: 'Body fat by weight',
    equivalents: percent,
    slip: { flag: 'fraction_as_percent', min: 0.01, max: 0.8, factor: 100 },
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

const byName = new Map<string, Metric>(Object.entries(metrics));
const nameOf = new Map<string, string>();
for (const [name, metric] of byName) {
  for (const given of [name, ...(metric.aliases ?? [])]) nameOf.set(given, name);
}

/** The dictionary's name for a name or alias; undefined when it knows neither. */
export function metricName(given: string): string | undefined {
  return nameOf.get(given);
}

/** The entry of a dictionary name (no alias). */
export function metricNamed(name: string): Metric | undefined {
  return byName.get(name);
}
