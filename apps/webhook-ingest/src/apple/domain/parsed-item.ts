import type { Normalized } from '../../documents/domain/normalized.ts';
import type { SeriesPoint } from '../../documents/domain/series-point.ts';
import type { StageSpan } from './sleep-stages.ts';

/** What one element of Apple Health data turned out to be. */
export type ParsedItem =
  /** One point as it came: one value, or several of one moment. */
  | { readonly kind: 'points'; readonly points: readonly SeriesPoint[] }
  /** A stretch of a night, which is told when the night is complete. */
  | { readonly kind: 'stage'; readonly span: StageSpan }
  | { readonly kind: 'object'; readonly normalized: Normalized; readonly raw: unknown }
  /** Nothing that the dictionary knows; `name` says what it was. */
  | { readonly kind: 'unknown'; readonly name: string; readonly raw: unknown };

/** A time or a number that is none. */
export function unreadable(path: string, raw: unknown): ParsedItem {
  const problems = [{ path, message: 'must have a time with an offset, and numbers' }];
  return { kind: 'object', normalized: { kind: 'quarantined', problems }, raw };
}
