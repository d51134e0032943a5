import { pointsOf, type ExportedSeries } from './metric-points.ts';
import type { NameDevice } from './name-device.ts';
import { unreadable, type ParsedItem } from './parsed-item.ts';
import { isRecord } from './raw-fields.ts';

/**
 * Parses one point: one value, or several of one moment. One of these that is none is set aside alone, under
 * `<path>.<field>`; a point without a time or any value is set aside whole, under `path`.
 */
export function parsePoint(
  series: ExportedSeries,
  raw: unknown,
  nameDevice: NameDevice,
  path = series.name,
): ParsedItem[] {
  const read = isRecord(raw) ? pointsOf(series, raw, nameDevice) : undefined;
  if (read === undefined) return [unreadable(path, raw)];
  const lost = read.lost.map((field) => unreadable(`${path}.${field}`, raw));
  return [{ kind: 'points', points: read.points }, ...lost];
}
