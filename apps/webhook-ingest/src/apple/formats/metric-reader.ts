import type { ExportedPoints, HealthItem } from '../domain/health-item.ts';

/** Points at a time. */
const chunkPoints = 1_000;
/** Values that they are made of: some of the app's points have a dozen. */
const chunkValues = 50_000;

/**
 * Collects one metric. Its name and unit may stand behind its points, since the app writes keys in any order: until then
 * points are held as JSON, a tenth of what they take as objects.
 *
 * @param named Its name where it stands outside of it.
 */
export function createMetricReader(named?: string) {
  let name: unknown = named;
  let units: unknown;
  const held: Buffer[] = [];
  let points: unknown[] = [];
  let values = 0;

  function take(raw: readonly unknown[]): ExportedPoints {
    return { kind: 'points', name: typeof name === 'string' ? name : '', units, raw };
  }

  return {
    nameIs: (value: unknown) => void (name = value),
    unitsAre: (value: unknown) => void (units = value),
    /** @param madeOf How many values it is made of. */
    point(value: unknown, madeOf: number): HealthItem | undefined {
      points.push(value);
      values += madeOf;
      if (points.length < chunkPoints && values < chunkValues) return undefined;
      const full = points;
      [points, values] = [[], 0];
      if (name !== undefined && units !== undefined) return take(full);
      held.push(Buffer.from(JSON.stringify(full)));
      return undefined;
    },
    /** What came so far, when it is known what it is. */
    *readable(): Generator<HealthItem> {
      if (name === undefined || units === undefined || points.length === 0) return;
      yield take(points);
      [points, values] = [[], 0];
    },
    /** All the rest: the metric is complete. */
    *rest(): Generator<HealthItem> {
      for (const chunk of held) yield take(JSON.parse(chunk.toString('utf8')) as unknown[]);
      if (points.length > 0) yield take(points);
    },
  };
}

export type MetricReader = ReturnType<typeof createMetricReader>;
