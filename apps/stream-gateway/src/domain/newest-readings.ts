import { parseTimestamp, type BiometricEvent, type Reading } from '@bridge/contracts';

/** The newest value of a metric, as a page shows it. */
export type NewestReading = Pick<Reading, 'metric' | 'value' | 'unit' | 'context' | 'statistic'> & {
  readonly source: string;
  /** When it was measured, RFC 3339. */
  readonly at: string;
};

/** What says of a metric how far it went or how much it varied stands for it only where nothing else does. */
const aside: ReadonlySet<Reading['statistic']> = new Set(['minimum', 'maximum', 'standard_deviation']);

/**
 * The newest reading of each metric among some events of one person, one that is the metric's value before one that is a bound
 * or a spread of it. Of an object only its highest version counts, and
 * an object whose highest version is a delete does not.
 */
export function newestReadings(events: readonly BiometricEvent[]): NewestReading[] {
  const newest = new Map<string, { reading: NewestReading; measured: number }>();
  for (const event of highestVersions(events)) {
    if (event.operation === 'delete') continue;
    for (const { metric, value, unit, end, context, statistic } of event.readings) {
      const at = end ?? event.timestamp;
      const measured = parseTimestamp(at)?.epochMs ?? 0;
      const known = newest.get(metric);
      if (known !== undefined && !replaces({ statistic, measured }, known)) continue;
      const about = { ...(context && { context }), ...(statistic && { statistic }) };
      newest.set(metric, { measured, reading: { metric, value, unit, ...about, source: event.source, at } });
    }
  }
  return [...newest.values()].sort((a, b) => b.measured - a.measured).map(({ reading }) => reading);
}

type Measured = { readonly statistic?: Reading['statistic']; readonly measured: number };

function replaces(
  { statistic, measured }: Measured,
  known: { readonly reading: NewestReading; readonly measured: number },
): boolean {
  const isAside = aside.has(statistic);
  const wasAside = aside.has(known.reading.statistic);
  return isAside === wasAside ? measured > known.measured : wasAside;
}

function highestVersions(events: readonly BiometricEvent[]): Iterable<BiometricEvent> {
  const byObject = new Map<string, BiometricEvent>();
  for (const event of events) {
    const object = JSON.stringify([event.source, event.provenance.object_id ?? event.event_id]);
    const known = byObject.get(object);
    if (known === undefined || event.version > known.version) byObject.set(object, event);
  }
  return byObject.values();
}
