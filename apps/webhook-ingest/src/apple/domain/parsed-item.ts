import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import type { SeriesPoint } from '../../documents/domain/series-point.ts';
import type { StageSpan } from './sleep-stages.ts';

/** One element of Apple Health data, parsed. */
export type ParsedItem =
  /** One point as it came: one value, or several of one moment. */
  | { readonly kind: 'points'; readonly points: readonly SeriesPoint[] }
  /** A stage of a night, which is stored once the night is complete. */
  | { readonly kind: 'stage'; readonly span: StageSpan }
  | { readonly kind: 'object'; readonly normalized: NormalizedDocument; readonly raw: unknown }
  /** The dictionary does not know it; `name` is its name in the export. */
  | { readonly kind: 'unknown'; readonly name: string; readonly raw: unknown };

/** An element whose time or number cannot be parsed. */
export function unreadable(path: string, raw: unknown): ParsedItem {
  const problems = [{ path, message: 'must have a time with an offset, and numbers' }];
  return { kind: 'object', normalized: { kind: 'quarantined', problems }, raw };
}
