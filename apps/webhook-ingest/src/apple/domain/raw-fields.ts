/** A unit as it is written; empty for none, which is no unit. */
export function unitText(unit: unknown): string {
  return typeof unit === 'string' ? unit.trim() : '';
}

/** A number, not a text that looks like one. */
export function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
