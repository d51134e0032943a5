import { metricName, metricNamed, type GivenReading, type ManualBody, type Problem } from '@bridge/contracts';

/** A flat body has no readings in a list. */
export function isManualBody(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'readings' in body && Array.isArray(body.readings);
}

/** As people write units, where the dictionary writes them otherwise. */
const spellings: Readonly<Record<string, string>> = {
  lbs: 'lb',
  '°': 'Cel',
  celsius: 'Cel',
  fahrenheit: 'degF',
  percent: '%',
  hours: 'h',
  hour: 'h',
  hr: 'h',
  minutes: 'min',
  seconds: 's',
  sec: 's',
  miles: 'mi',
  'mmol/l': 'mmol/L',
  'mg/dl': 'mg/dL',
  mmhg: 'mmHg',
};

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
      unit: unitOf(reading.unit, name),
      start: reading.start ?? undefined,
      end: reading.end ?? undefined,
      context: reading.context ?? undefined,
      statistic: reading.statistic ?? undefined,
    };
  });
  return { given, problems: problems.slice(0, 20) };
}

function unitOf(unit: string | null | undefined, metric: string | undefined): string | undefined {
  const plain = unit?.trim() ?? '';
  if (plain === '' || metric === undefined) return undefined;
  const known = metricNamed(metric);
  if (known === undefined || known.unit === plain || Object.hasOwn(known.equivalents ?? {}, plain))
    return plain;
  const lower = plain.toLowerCase();
  return Object.hasOwn(spellings, lower) ? spellings[lower] : plain;
}
