import { metricNamed, parseTimestamp } from '@bridge/contracts';
import { expect } from 'vitest';
import type { NormalizedDocument } from '../../src/documents/domain/normalized.ts';
import { objectEvent } from '../../src/documents/domain/object-event.ts';
import { unknownZone } from '../../src/documents/domain/person-zone.ts';
import { arrival } from './event-from.ts';

/** Every event that the object can become has values in their ranges, the dictionary's units, and real intervals. */
export function expectPlausible(source: string, normalized: NormalizedDocument): void {
  if (normalized.kind !== 'object') return;
  const { object } = normalized;
  expect(object.readings.length).toBeGreaterThan(0);
  expect(object.vendorVersion ?? 0).toSatisfy(Number.isSafeInteger);
  const made = objectEvent(object, {
    source,
    userId: 'u',
    arrivalMs: arrival,
    rawSha256: '0'.repeat(64),
    zone: unknownZone,
  });
  if (made.kind !== 'event') return;
  for (const { metric, value, unit, start, end } of made.event.readings) {
    const known = metricNamed(metric);
    expect(unit).toBe(known?.unit);
    expect(value).toBeGreaterThanOrEqual(known?.min ?? Infinity);
    expect(value).toBeLessThanOrEqual(known?.max ?? -Infinity);
    const [from, to] = [start, end].map((time) =>
      time === undefined ? undefined : parseTimestamp(time)?.epochMs,
    );
    if (from !== undefined && to !== undefined) expect(to).toBeGreaterThan(from);
  }
}
