/** Pulses as the app Health Auto Export posts them. */
export function healthExport(points: readonly object[]) {
  return { data: { metrics: [{ name: 'heart_rate', units: 'count/min', data: points }] } };
}

/** `2026-07-06 14:30:00 +0000`, as the app writes it. */
export function appDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} +0000`;
}
