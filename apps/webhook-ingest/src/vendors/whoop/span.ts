import { parseTimestamp } from '@bridge/contracts';
import { z } from 'zod';
import { boundsOf, type Bounds } from '../../documents/domain/bounds.ts';
import type { FieldReader } from '../../documents/domain/field-reader.ts';

/** Minutes east of UTC, of `+05:45` or `Z`, which in this field is the person's own offset. */
const offsetField = z.string().transform((text, context): number => {
  const offset = /^(?:Z|[+-]\d\d:\d\d)$/.test(text) && parseTimestamp(`2000-01-01T00:00:00${text}`);
  if (offset) return offset.offsetMinutes ?? 0;
  context.addIssue({ code: 'custom', message: 'must be an offset from UTC', continue: false });
  return z.NEVER;
});

/**
 * Start and end on the person's own clock: times come in UTC, with the person's offset beside them, or without. The time of
 * creation stands in for both; undefined without that too. @param durationMs What another field says.
 */
export function localSpan(read: FieldReader, durationMs?: number): Bounds | undefined {
  const offsetMinutes = read.field('timezone_offset', offsetField, 'promised');
  return boundsOf(read, {
    start: read.moment('start', 'promised'),
    end: read.moment('end', 'promised'),
    durationMs,
    endPath: 'end',
    fallback: read.moment('created_at')?.text,
    offsetMinutes,
  });
}
