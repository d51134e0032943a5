import type { MetricName, Statistic } from '@bridge/contracts';

/** What a series of Apple Health is in our dictionary. */
export type HealthMetric = { readonly metric: MetricName; readonly statistic?: Statistic };

const summed = (metric: MetricName): HealthMetric => ({ metric, statistic: 'sum' });
const measured = (metric: MetricName): HealthMetric => ({ metric });

/** By the names of Health Auto Export; they differ between versions of the app. */
const byExportName: Readonly<Record<string, HealthMetric>> = {
  heart_rate: measured('heart_rate'),
  resting_heart_rate: measured('resting_heart_rate'),
  heart_rate_variability: measured('hrv_sdnn'),
  heart_rate_variability_sdnn: measured('hrv_sdnn'),
  heart_rate_variability_rmssd: measured('hrv_rmssd'),
  blood_oxygen_saturation: measured('spo2'),
  oxygen_saturation: measured('spo2'),
  respiratory_rate: measured('respiratory_rate'),
  body_temperature: measured('body_temperature'),
  apple_sleeping_wrist_temperature: measured('skin_temp'),
  step_count: summed('steps'),
  active_energy: summed('active_energy'),
  active_energy_burned: summed('active_energy'),
  walking_running_distance: summed('distance'),
  vo2_max: measured('vo2_max'),
  vo2max: measured('vo2_max'),
  blood_glucose: measured('blood_glucose'),
  weight_body_mass: measured('weight'),
  body_mass: measured('weight'),
  lean_body_mass: measured('lean_body_mass'),
  body_fat_percentage: measured('body_fat'),
};

/** By HealthKit's own names, without `HKQuantityTypeIdentifier`. */
const byIdentifier: Readonly<Record<string, HealthMetric>> = {
  HeartRate: measured('heart_rate'),
  RestingHeartRate: measured('resting_heart_rate'),
  HeartRateVariabilitySDNN: measured('hrv_sdnn'),
  HeartRateVariabilityRMSSD: measured('hrv_rmssd'),
  OxygenSaturation: measured('spo2'),
  RespiratoryRate: measured('respiratory_rate'),
  BodyTemperature: measured('body_temperature'),
  AppleSleepingWristTemperature: measured('skin_temp'),
  StepCount: summed('steps'),
  ActiveEnergyBurned: summed('active_energy'),
  DistanceWalkingRunning: summed('distance'),
  VO2Max: measured('vo2_max'),
  BloodGlucose: measured('blood_glucose'),
  BloodPressureSystolic: measured('blood_pressure_systolic'),
  BloodPressureDiastolic: measured('blood_pressure_diastolic'),
  BodyMass: measured('weight'),
  LeanBodyMass: measured('lean_body_mass'),
  BodyFatPercentage: measured('body_fat'),
};

export function exportedMetric(name: string): HealthMetric | undefined {
  return Object.hasOwn(byExportName, name) ? byExportName[name] : undefined;
}

export function healthKitMetric(identifier: string): HealthMetric | undefined {
  const name = identifier.replace(/^HKQuantityTypeIdentifier/, '');
  return Object.hasOwn(byIdentifier, name) ? byIdentifier[name] : undefined;
}
