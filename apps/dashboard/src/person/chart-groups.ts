export type ChartGroup = {
  readonly title: string;
  /** In the order of their charts; those that the person has. */
  readonly metrics: readonly string[];
};

/** The charts of a person, from top to bottom; nights stand between the second and the third. */
export const chartGroups: readonly ChartGroup[] = [
  { title: 'Heart rate variability', metrics: ['hrv_rmssd', 'hrv_sdnn'] },
  { title: 'Pulse', metrics: ['heart_rate', 'resting_heart_rate'] },
  { title: 'Temperature', metrics: ['body_temperature', 'skin_temp', 'skin_temp_deviation'] },
  { title: 'Respiration', metrics: ['respiratory_rate', 'spo2'] },
  { title: 'Activity', metrics: ['steps', 'active_energy', 'activity_score', 'strain'] },
];
