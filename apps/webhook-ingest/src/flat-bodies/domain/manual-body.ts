import { metricName, type GivenReading, type ManualBody, type Problem } from '@bridge/contracts';

/** A flat body has no readings in a list. */
export function isManualBody(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'readings' in body && Array.isArray(body.readings);
}

/** Of a delete nothing but the fields of a flat body counts. */
export function isManualDelete(body: unknown): boolean {
  return isManualBody(body) && (body as { readonly operation?: unknown }).operation === 'delete';
}

/** The readings with the paths of the body; a metric that the dictionary does not have is a problem here. */
export function givenReadings({ readings }: ManualBody): { given: GivenReading[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const given = readings.map((reading, index): GivenReading => {
    const path = `readings.${index}`;
    const name = metricName(reading.metric.trim().toLowerCase());
    if (name === undefined)
      problems.push({ path: `${path}.metric`, message: 'is no metric of the dictionary' });
    return {
      path,
      metric: name ?? reading.metric,
      value: reading.value,
      unit: reading.unit?.trim() || undefined,
      start: reading.start ?? undefined,
      end: reading.end ?? undefined,
      context: reading.context ?? undefined,
      statistic: reading.statistic ?? undefined,
      motion: reading.motion ?? undefined,
    };
  });
  return { given, problems: problems.slice(0, 20) };
}
